import {
  eligibleLine,
  listSelection,
  type Selection,
  type SkippedActor,
  withPrefix,
} from '@trainyard/client/report';
import { actorLine, actorLines, isSummarized, type SkippedOptions } from './skipped-lines.ts';

/** A candidate of the report. */
export interface CandidateLine extends SkippedActor {
  readonly actor_id: string;
  readonly image_count: number;
  readonly eligible: boolean;
}

/** Lines of every actor with its eligibility, in the order of the catalogue unless many are skipped. */
export function candidateLines(
  all: readonly CandidateLine[],
  options: SkippedOptions = {},
): readonly string[] {
  const [eligible, skipped] = [all.filter((each) => each.eligible), all.filter((each) => !each.eligible)];
  const toLine = ({ name, actor_id: id, image_count: images }: CandidateLine): string =>
    eligibleLine(name, id, images);
  return [
    withPrefix(`Loaded ${all.length} actors`),
    ...(isSummarized(skipped) && !options.allReasons
      ? actorLines(eligible.map(toLine), skipped, options)
      : all.flatMap((each) => (each.eligible ? [toLine(each)] : actorLine(each, options)))),
    '',
    withPrefix(`Found ${eligible.length} eligible actor(s)`),
  ];
}

/** Lines of the actors of a run, as wide as the terminal; many skipped actors are summarized. */
export function selectionLines(run: Selection, options: SkippedOptions = {}): readonly string[] {
  return listSelection(run, (eligible, skipped) => actorLines(eligible, skipped, options));
}

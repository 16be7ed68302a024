import {
  isOverLimit,
  overLimitLines,
  type SkippedActor,
  skippedLine,
  wrapText,
} from '@trainyard/client/report';
import { pad, truncate } from '../terminal/style.ts';

/** How skipped actors are printed. */
export interface SkippedOptions {
  /** Whether each actor has a line with all its reasons, however many are skipped. */
  readonly allReasons?: boolean | undefined;
  /** Columns of the terminal; undefined in a pipe, where the line of an actor has any length. */
  readonly width?: number | undefined;
}

/** More skipped actors than this are summarized by reason. */
const MAX_LISTED = 20;
/** Columns of the summary in a pipe. */
const SUMMARY_WIDTH = 80;
const PREFIX = '[Auto Train]';

/** Lines of the eligible and the skipped actors. A summary precedes the eligible actors, so that the plan is printed last. */
export function actorLines(
  eligible: readonly string[],
  skipped: readonly SkippedActor[],
  options: SkippedOptions = {},
): readonly string[] {
  if (options.allReasons) return [...skipped.flatMap((each) => actorLine(each, options)), ...eligible];
  const others = skipped.filter((each) => !isOverLimit(each));
  const overLimit = overLimitLines(skipped.length - others.length);
  if (isSummarized(skipped)) return [...summaryByReason(others, options), '', ...eligible, ...overLimit];
  return [...eligible, ...others.flatMap((each) => actorLine(each, options)), ...overLimit];
}

/** Whether so many actors are skipped for other reasons than the limit that they are summarized. */
export function isSummarized(skipped: readonly SkippedActor[]): boolean {
  return skipped.filter((each) => !isOverLimit(each)).length > MAX_LISTED;
}

/** Line of a skipped actor with all its reasons, broken at the width of the terminal. */
export function actorLine(actor: SkippedActor, { width }: SkippedOptions): readonly string[] {
  const line = skippedLine(actor);
  if (width === undefined) return [line];
  return wrapText(line, width - INDENT.length).map((part, at) => (at === 0 ? part : `${INDENT}${part}`));
}

const INDENT = '    ';

/** Reasons with the verb of many actors; the message of every other reason follows the count as it is. */
const REASONS: Readonly<Record<string, string>> = {
  data_not_reviewed: 'have training data not marked as good',
  has_good_model: 'already have a good custom model',
  no_images: 'have no training images',
  not_synced: 'have training data not synced to S3',
  live_training: 'already have a training under way',
  awaiting_review: 'have a model of the same data that awaits review',
  repeated_failures: 'had two failed paid trainings of the same data',
  dataset_errors: 'have training data with known errors (trainyard dataset ID)',
  budget: 'are beyond the remaining budget of the run',
  history_unreadable: 'have an unreadable manifest',
  subject_ambiguous: 'have several entries in the catalogue',
  data_unreadable: 'have image addresses that cannot be used',
  subject_not_found: 'are not in the catalogue',
};

function formatReason(code: string, message: string, count: number): string {
  const text = Object.hasOwn(REASONS, code) ? (REASONS[code] ?? message) : message;
  return count === 1 ? text.replace(/\bhave\b/, 'has').replace(/^are\b/, 'is') : text;
}

/** Counts the skipped actors by their first reason, the most frequent first, each with the first names. */
function summaryByReason(skipped: readonly SkippedActor[], { width }: SkippedOptions): readonly string[] {
  const columns = Math.min(width ?? SUMMARY_WIDTH, SUMMARY_WIDTH) - 1;
  const groups = [...Map.groupBy(skipped, ({ reasons }) => reasons[0]?.code ?? '').entries()];
  const digits = String(skipped.length).length;
  return [
    truncate(`${PREFIX} ✗ Skipped: ${skipped.length} actors (--all-reasons lists each)`, columns),
    ...groups
      .toSorted(([, a], [, b]) => b.length - a.length)
      .flatMap(([code, actors]) => {
        const text = formatReason(code, actors[0]?.reasons[0]?.message ?? 'not eligible', actors.length);
        return [
          truncate(`  ${pad(String(actors.length), digits, 'right')} ${text}`, columns),
          `${' '.repeat(digits + 3)}${formatNames(actors, columns - digits - 3)}`,
        ];
      }),
  ];
}

/** As many of the first names as fit a line; `…` stands for the others. */
function formatNames(actors: readonly SkippedActor[], columns: number): string {
  const [first = '', ...rest] = actors.map(({ name }) => name);
  let text = first;
  let shown = 1;
  for (const name of rest) {
    if (text.length + name.length + 5 > columns) break;
    text = `${text}, ${name}`;
    shown += 1;
  }
  return truncate(shown < actors.length ? `${text}, …` : text, columns);
}

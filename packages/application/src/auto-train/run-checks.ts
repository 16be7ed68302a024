import type { Deps } from '../deps.ts';
import { type Check, listDataChecks, listSystemChecks, toOk } from '../trainings/checks.ts';
import type { DispatchStop } from '../trainings/waiting.ts';
import type { Candidate } from './candidates.ts';
import type { DryRun } from './run.ts';

type RunCheckDeps = Pick<Deps, 'store' | 'storeHealth' | 'budgets' | 'settings' | 'clock' | 'objects'>;

/**
 * Lists the conditions of a planned run: the data of the chosen actors, the store, the callback, dispatch, and the actors
 * that a live training excludes. The data are known from stored reports. @param stop the cause that stops dispatch
 */
export async function listRunChecks(
  deps: RunCheckDeps,
  { chosen, skipped }: Pick<DryRun, 'chosen' | 'skipped'>,
  stop: DispatchStop | undefined,
): Promise<readonly Check[]> {
  const checksByActor = chosen.map(({ candidate, frozen }) =>
    listDataChecks(toKnownDataset(candidate), frozen.request.imageUris.length),
  );
  const imageUris = chosen.flatMap(({ frozen }) => frozen.request.imageUris);
  const busy = skipped.filter(({ reasons }) => reasons.some(({ code }) => code === 'live_training'));
  return [
    ...DATA_CODES.map((code) => mergeChecks(code, checksByActor)),
    ...(await listSystemChecks(deps, { imageUris, stop })),
    busy.length === 0
      ? toOk('subject_busy', 'No training of these actors is live')
      : {
          code: 'subject_busy',
          state: 'warning',
          message: `${formatActors(busy.length)} skipped: a training is live`,
          hint: 'A live training excludes its actor from the run.',
        },
  ];
}

const DATA_CODES = ['images', 'captions', 'trigger'] as const;
const DATA_NAMES = { images: 'Images', captions: 'Captions', trigger: 'Triggers' } as const;

function toKnownDataset({ findings, report }: Candidate) {
  return {
    findings,
    ...(report && { captionCount: report.captionCount }),
    coverage: report ? ('all' as const) : ('none' as const),
  };
}

/** The worst state of a condition over all actors, with the number of actors that have it. */
function mergeChecks(code: (typeof DATA_CODES)[number], checksByActor: readonly (readonly Check[])[]): Check {
  const checks = checksByActor.flatMap((each) => each.filter((check) => check.code === code));
  const worst =
    checks.find(({ state }) => state === 'error') ?? checks.find(({ state }) => state === 'warning');
  if (!worst) return toOk(code, `${DATA_NAMES[code]} of ${formatActors(checks.length)} without a warning`);
  const affected = checks.filter(({ state }) => state === worst.state).length;
  return { ...worst, message: `${affected} of ${formatActors(checks.length)}: ${worst.message}` };
}

/** `1 actor`, `7 actors`. */
function formatActors(count: number): string {
  return `${count} actor${count === 1 ? '' : 's'}`;
}

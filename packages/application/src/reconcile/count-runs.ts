import type { TrainingIn } from '@trainyard/domain';
import { checkEpoch } from '../durability/epoch.ts';
import { readTrainings } from '../lifecycle/read-trainings.ts';
import { isOnEndpoint } from '../maintenance/watch.ts';
import type { PollDeps } from './poll-run.ts';

/** Live runs of the known attempts of an endpoint. */
interface LiveRuns {
  readonly known: number;
  readonly unconfirmed: number;
  readonly inFlight: number;
}

/**
 * A running run without a change for 30 s may have ended, since a late progress message can overtake the result. The
 * limit is shorter than the time of three counts, so a refutation never depends on such a run.
 */
const SILENT_AFTER_MS = 30_000;

/** Polls a known run. Returns whether it is alive; undefined when the answer is uncertain. */
async function isRunAlive(
  deps: PollDeps,
  training: TrainingIn<'submitted' | 'running' | 'cancelling'>,
): Promise<boolean | undefined> {
  const { attempt, changedAt } = training;
  const observed = await deps.provider.observe(attempt.endpointId, attempt.runId);
  if (observed.kind === 'unavailable' || observed.kind === 'denied') return undefined;
  if (observed.kind !== 'live') return false;
  const silent = training.status !== 'submitted' && Math.abs(deps.clock.now() - changedAt) > SILENT_AFTER_MS;
  return silent ? undefined : true;
}

/**
 * Counts the live runs of the endpoint by polling each known run, since a run may have ended after its last poll. The
 * attempt of an unreadable training counts as unconfirmed.
 */
async function countLiveRuns(deps: PollDeps, endpointId: string): Promise<LiveRuns | undefined> {
  const ids = (await deps.store.listActiveAttempts()).map(({ trainingId }) => trainingId);
  const { items, unreadable } = await readTrainings(deps, ids);
  const counts = { known: 0, unconfirmed: unreadable.length, inFlight: 0 };
  for (const training of items) {
    if (!isOnEndpoint(endpointId, training)) continue;
    if (training.status === 'submitting') counts.inFlight += 1;
    if (training.status === 'submitting' || training.status === 'unconfirmed') {
      counts.unconfirmed += 1;
      continue;
    }
    const alive = await isRunAlive(deps, training);
    if (alive === undefined) return undefined;
    if (alive) counts.known += 1;
  }
  return counts;
}

/** The endpoint's number of runs beside the attempts that explain them. */
interface EndpointCount extends LiveRuns {
  readonly onEndpoint: number;
}

async function getEndpointRunCount(deps: PollDeps, endpointId: string): Promise<number | 'gone' | undefined> {
  const result = await deps.provider.health(endpointId);
  if (result.kind === 'denied') return result.scope === 'endpoint' ? 'gone' : undefined;
  return result.kind === 'health' ? result.health.jobs.inQueue + result.health.jobs.inProgress : undefined;
}

/**
 * Returns a reliable count: the endpoint's number is the same before and after the runs were polled, and Redis is the
 * current epoch, because a Redis under recovery does not list every run. Undefined for an unreliable count.
 */
export async function countEndpointRuns(
  deps: PollDeps,
  endpointId: string,
): Promise<EndpointCount | 'gone' | undefined> {
  const before = await getEndpointRunCount(deps, endpointId);
  if (before === undefined || before === 'gone') return before;
  if ((await checkEpoch(deps)) !== 'current') return undefined;
  const live = await countLiveRuns(deps, endpointId);
  const after = await getEndpointRunCount(deps, endpointId);
  return live && after === before ? { ...live, onEndpoint: before } : undefined;
}

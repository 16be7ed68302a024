import { holdsSlot, type SlotHolding, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { checkEpoch } from '../durability/epoch.ts';
import type { PublishDeps } from '../notifications/publish.ts';
import { recordReading } from './alarms.ts';

type WatchEndpointDeps = PublishDeps & Pick<Deps, 'store' | 'provider' | 'clock' | 'settings'>;
type WatchDataLossDeps = PublishDeps & Pick<Deps, 'store' | 'objects' | 'ids' | 'clock'>;

/**
 * Compares the endpoint's count of live runs with the known and unconfirmed attempts. More runs than attempts count
 * as a bad reading of the alarm `endpoint_runs_unknown`, which is raised at the third bad reading in a row: a run
 * that just started or ended appears in the two counts at different times. The alarm cancels no run.
 * A shared endpoint clears the alarm; a failed health request adds no reading.
 */
export async function watchEndpoint(deps: WatchEndpointDeps): Promise<void> {
  const { endpointId, exclusiveEndpoint } = deps.settings;
  if (!exclusiveEndpoint) return recordReading(deps, 'endpoint_runs_unknown', undefined);
  const before = await listKnownRuns(deps, endpointId);
  const result = await deps.provider.health(endpointId);
  if (result.kind !== 'health') return;
  const after = await listKnownRuns(deps, endpointId);
  const onEndpoint = result.health.jobs.inQueue + result.health.jobs.inProgress;
  const known = before.known.union(after.known);
  const unconfirmed = before.unconfirmed.union(after.unconfirmed).difference(known);
  const unknown = onEndpoint - known.size - unconfirmed.size;
  const detail = {
    unknown,
    on_endpoint: onEndpoint,
    known: known.size,
    unconfirmed: unconfirmed.size,
    endpoint: endpointId,
  };
  await recordReading(deps, 'endpoint_runs_unknown', unknown > 0 ? detail : undefined);
}

/** Returns whether the training's attempt is, or may be, a live run of this endpoint. */
export function isOnEndpoint(endpointId: string, training: Training): training is SlotHolding {
  return holdsSlot(training) && training.attempt.endpointId === endpointId;
}

interface KnownRuns {
  readonly known: ReadonlySet<string>;
  readonly unconfirmed: ReadonlySet<string>;
}

async function listKnownRuns({ store }: WatchEndpointDeps, endpointId: string): Promise<KnownRuns> {
  const ids = (await store.listActiveAttempts()).map(({ trainingId }) => trainingId);
  const trainings = (await store.loadAll(ids)).filter((training) => isOnEndpoint(endpointId, training));
  const unconfirmed = new Set(trainings.filter(isUnconfirmed).map(toAttemptKey));
  return {
    unconfirmed,
    known: new Set(trainings.map(toAttemptKey).filter((key) => !unconfirmed.has(key))),
  };
}

function isUnconfirmed({ status }: Training): boolean {
  return status === 'submitting' || status === 'unconfirmed';
}

/** The key of an attempt. Two attempts of a training are two runs. */
function toAttemptKey(training: Training): string {
  return `${training.id} ${training.attemptsStarted}`;
}

/**
 * Compares Redis with the epoch document in the object store (docs/concepts/durability.md). A lost or older Redis
 * raises the alarm `recover_required` at the first reading, because dispatch and cancel stop until the operator runs
 * `trainyard recover`. Throws ObjectStoreError when the epoch document cannot be read.
 */
export async function watchDataLoss(deps: WatchDataLossDeps): Promise<void> {
  const isLost = (await checkEpoch(deps)) === 'recover_required';
  await recordReading(deps, 'recover_required', isLost ? { command: 'trainyard recover' } : undefined);
}

import { holdsSlot, type SlotHolding, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { PublishDeps } from '../notifications/publish.ts';
import { recordReading } from './alarms.ts';

type WatchDeps = PublishDeps & Pick<Deps, 'store' | 'provider' | 'clock' | 'settings'>;

interface KnownRuns {
  readonly known: ReadonlySet<string>;
  readonly unconfirmed: ReadonlySet<string>;
}

/**
 * Reads once how many live runs the endpoint has beyond those that we know or are in doubt about (SPEC §2). Where
 * others use the endpoint too, and while it gives no counts, nothing is read. Only several readings in a row raise the
 * alarm: a run that just began or ended is counted by one side before the other. Nothing is cancelled for it.
 */
export async function watchEndpoint(deps: WatchDeps): Promise<void> {
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

/** Whether the training's attempt is, or may be, a live run of this endpoint. */
export function isOnEndpoint(endpointId: string, training: Training): training is SlotHolding {
  return holdsSlot(training) && training.attempt.endpointId === endpointId;
}

function isUnconfirmed({ status }: Training): boolean {
  return status === 'submitting' || status === 'unconfirmed';
}

/** One name per attempt: another attempt of the same training is another run. */
function toAttemptKey(training: Training): string {
  return `${training.id} ${training.attemptsStarted}`;
}

async function listKnownRuns({ store }: WatchDeps, endpointId: string): Promise<KnownRuns> {
  const ids = (await store.listActiveAttempts()).map(({ trainingId }) => trainingId);
  const ours = (await store.loadAll(ids)).filter((training) => isOnEndpoint(endpointId, training));
  const unconfirmed = new Set(ours.filter(isUnconfirmed).map(toAttemptKey));
  return { unconfirmed, known: new Set(ours.map(toAttemptKey).filter((name) => !unconfirmed.has(name))) };
}

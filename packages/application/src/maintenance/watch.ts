import { holdsSlot, type SlotHolding, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { checkEpoch } from '../durability/epoch.ts';
import { readTrainings } from '../lifecycle/read-trainings.ts';
import { type PublishDeps, publishNotification } from '../notifications/publish.ts';
import type { Alarm, AlarmCode } from '../ports/training-store/index.ts';

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

/** An unreadable training counts as unconfirmed, because it may have a live run. */
async function listKnownRuns(deps: WatchEndpointDeps, endpointId: string): Promise<KnownRuns> {
  const ids = (await deps.store.listActiveAttempts()).map(({ trainingId }) => trainingId);
  const { items, unreadable } = await readTrainings(deps, ids);
  const trainings = items.filter((training) => isOnEndpoint(endpointId, training));
  const unconfirmed = new Set([...trainings.filter(isUnconfirmed).map(toAttemptKey), ...unreadable]);
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

type AlarmDeps = PublishDeps & Pick<Deps, 'store' | 'clock'>;

/** The number of bad readings in a row that raises an alarm. A healthy system can produce fewer in a row than that. */
const READINGS_TO_RAISE: Readonly<Record<AlarmCode, number>> = {
  endpoint_runs_unknown: 3,
  live_attempt_without_active_job: 1,
  catalogue_entry_unreadable: 1,
  catalogue_ambiguous: 1,
  object_info_unreadable: 1,
  recover_required: 1,
};

/** Lists the active alarms: those with enough bad readings in a row. */
export async function listActiveAlarms({ store }: Pick<Deps, 'store'>): Promise<readonly Alarm[]> {
  return (await store.listAlarms()).filter(isActive);
}

function isActive(alarm: Alarm | undefined): alarm is Alarm {
  return alarm !== undefined && alarm.readings >= READINGS_TO_RAISE[alarm.code];
}

/**
 * An active alarm is published again every 20 readings, since the process may have ended between the reading and the
 * notification. The notification's id is constant, so its receivers get it once.
 */
const NOTIFY_EVERY_READINGS = 20;

async function notifyOfAlarm(deps: AlarmDeps, { code, since, readings, detail }: Alarm): Promise<void> {
  if (readings % NOTIFY_EVERY_READINGS !== READINGS_TO_RAISE[code] % NOTIFY_EVERY_READINGS) return;
  const id = `alarm.${code}.${since}`;
  await publishNotification(deps, { id, type: 'alarm.raised', at: since, data: { alarm: code, detail } });
}

/**
 * Records a reading of an alarm: `detail` describes the fault, undefined stands for a good reading. A raised alarm is
 * logged once at `error` under its code and published as `alarm.raised`. The first good reading clears the alarm and
 * logs `alarm_ended`.
 */
export async function recordReading(
  deps: AlarmDeps,
  code: AlarmCode,
  detail: Alarm['detail'] | undefined,
): Promise<void> {
  const { before, after } = await deps.store.recordReading(code, { at: deps.clock.now(), detail });
  if (isActive(after) && !isActive(before)) deps.log.error(code, after.detail);
  if (isActive(after)) await notifyOfAlarm(deps, after);
  if (isActive(before) && !isActive(after)) deps.log.info('alarm_ended', { alarm: code });
}

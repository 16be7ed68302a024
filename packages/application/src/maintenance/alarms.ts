import type { Deps } from '../deps.ts';
import { type PublishDeps, publishNotification } from '../notifications/publish.ts';
import type { Alarm, AlarmCode } from '../ports/training-store.ts';

type AlarmDeps = PublishDeps & Pick<Deps, 'store' | 'clock'>;

/** How many bad readings in a row raise an alarm: what may lie between two readings of a sound system does not. */
const READINGS_TO_RAISE: Readonly<Record<AlarmCode, number>> = {
  endpoint_runs_unknown: 3,
  live_attempt_without_active_job: 1,
  recover_required: 1,
};

/** The alarms that are raised just now. */
export async function listActiveAlarms({ store }: Pick<Deps, 'store'>): Promise<readonly Alarm[]> {
  return (await store.listAlarms()).filter(isActive);
}

function isActive(alarm: Alarm | undefined): alarm is Alarm {
  return alarm !== undefined && alarm.readings >= READINGS_TO_RAISE[alarm.code];
}

/** Whoever raised it may have died before it was told: it is told of again now and then, and comes once. */
const NOTIFY_EVERY_READINGS = 20;

async function notifyOfAlarm(deps: AlarmDeps, { code, since, readings, detail }: Alarm): Promise<void> {
  if (readings % NOTIFY_EVERY_READINGS !== READINGS_TO_RAISE[code] % NOTIFY_EVERY_READINGS) return;
  const id = `alarm.${code}.${since}`;
  await publishNotification(deps, { id, type: 'alarm.raised', at: since, data: { alarm: code, detail } });
}

/** Takes a reading: `detail` says what is wrong, undefined that all is well. Told of once, and once when it ends. */
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

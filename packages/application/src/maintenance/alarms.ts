import type { Deps } from '../deps.ts';
import { type PublishDeps, publishNotification } from '../notifications/publish.ts';
import type { Alarm, AlarmCode } from '../ports/training-store/index.ts';

type AlarmDeps = PublishDeps & Pick<Deps, 'store' | 'clock'>;

/** The number of bad readings in a row that raises an alarm. A healthy system can produce fewer in a row than that. */
const READINGS_TO_RAISE: Readonly<Record<AlarmCode, number>> = {
  endpoint_runs_unknown: 3,
  live_attempt_without_active_job: 1,
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

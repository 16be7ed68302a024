import type { Deps } from '../deps.ts';
import type { Alarm, AlarmCode } from '../ports/training-store.ts';

type AlarmDeps = Pick<Deps, 'store' | 'clock' | 'log'>;

/** How many bad readings in a row raise an alarm: what may lie between two readings of a sound system does not. */
const READINGS_TO_RAISE: Readonly<Record<AlarmCode, number>> = {
  endpoint_runs_unknown: 3,
  live_attempt_without_active_job: 1,
};

const isStanding = (alarm: Alarm | undefined): alarm is Alarm =>
  alarm !== undefined && alarm.readings >= READINGS_TO_RAISE[alarm.code];

/** Takes a reading: `detail` says what is wrong, undefined that all is well. Told of once, and once when it ends. */
export const noteReading = async (
  deps: AlarmDeps,
  code: AlarmCode,
  detail: Alarm['detail'] | undefined,
): Promise<void> => {
  const { before, after } = await deps.store.noteReading(code, { at: deps.clock.now(), detail });
  if (isStanding(after) && !isStanding(before)) deps.log.error(code, after.detail);
  if (isStanding(before) && !isStanding(after)) deps.log.info('alarm_ended', { alarm: code });
};

/** The alarms that are raised just now. */
export const standingAlarms = async ({ store }: Pick<Deps, 'store'>): Promise<readonly Alarm[]> =>
  (await store.alarms()).filter(isStanding);

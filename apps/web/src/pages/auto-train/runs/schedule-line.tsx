import { useQuery } from '@tanstack/react-query';
import { formatUsd } from '@trainyard/domain';
import { scheduleQuery } from '../data/queries.ts';
import styles from './runs.module.css';
import { formatInZone, formatMoment, getOwnZone } from './time.ts';

/** The next tick of the schedule with its limits; the following ticks on demand. */
export function ScheduleLine() {
  const { data, error } = useQuery(scheduleQuery);
  if (!data) return <p className="muted small">{error ? `Schedule: ${error.message}` : '\u00a0'}</p>;
  const { schedule, next_ticks: ticks } = data;
  const [next, ...later] = ticks;
  if (!schedule) return <p className="muted small">No schedule. Runs start by hand.</p>;
  if (!schedule.enabled || next === undefined)
    return <p className="muted small">The schedule is off; no run starts by itself.</p>;
  const bounds = [
    ...(schedule.limit === null
      ? []
      : [`${schedule.limit} ${schedule.limit === 1 ? 'training' : 'trainings'}`]),
    ...(schedule.budget_usd === null ? [] : [formatUsd(schedule.budget_usd)]),
  ].join(', ');
  const isForeign = schedule.tz !== getOwnZone();
  return (
    <div className={styles.schedule}>
      <p>
        Next scheduled:{' '}
        <time dateTime={next} title={new Date(next).toUTCString()}>
          {formatInZone(next, schedule.tz)}
        </time>{' '}
        {schedule.tz}
        {isForeign && <span className="muted"> (here {formatMoment(next)})</span>}, {bounds}
      </p>
      <LaterTicks ticks={later} zone={schedule.tz} />
    </div>
  );
}

function LaterTicks({ ticks, zone }: { readonly ticks: readonly string[]; readonly zone: string }) {
  if (ticks.length === 0) return null;
  return (
    <details>
      <summary className="small">{ticks.length} later ticks</summary>
      <ul className={styles.ticks}>
        {ticks.map((at) => (
          <li key={at}>
            <time dateTime={at} title={new Date(at).toUTCString()}>
              {formatInZone(at, zone)}
            </time>
          </li>
        ))}
      </ul>
    </details>
  );
}

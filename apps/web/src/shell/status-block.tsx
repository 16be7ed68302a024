import { useQuery } from '@tanstack/react-query';
import { useTimeFactor } from '../api/clock.ts';
import { type LinkState, useLinkState } from '../api/link-state.ts';
import { budgetsQuery, slotsQuery } from '../api/queries.ts';
import styles from './shell.module.css';

const LINK_WORDS: Readonly<Record<LinkState['kind'], string>> = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  polling: 'Polling every 10 s',
  offline: 'Offline',
};

/** Link to the server, slots, queue and the month's spending, at the foot of the navigation. */
export function StatusBlock() {
  const link = useLinkState();
  const factor = useTimeFactor();
  const slots = useQuery(slotsQuery).data;
  const month = useQuery(budgetsQuery).data?.month;
  return (
    <section className={styles.status} aria-label="Status">
      <p className={styles[link.kind]}>{LINK_WORDS[link.kind]}</p>
      {slots && (
        <p>
          {slots.in_use_count} of {slots.max_concurrency} slots, {slots.waiting_count} queued
        </p>
      )}
      {month?.budget_usd != null && (
        <p>
          ${month.spent_usd.toFixed(2)} of ${month.budget_usd}
        </p>
      )}
      {factor !== 1 && <p>Simulated time, {factor} times as fast</p>}
    </section>
  );
}

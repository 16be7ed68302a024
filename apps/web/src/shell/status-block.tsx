import { useQuery } from '@tanstack/react-query';
import type { BudgetsView, TunnelView } from '@trainyard/contracts';
import { useTimeFactor } from '../api/clock.ts';
import { type LinkState, useLinkState } from '../api/live/link-state.ts';
import { budgetsQuery, callbackQuery, slotsQuery } from '../api/resources/queries.ts';
import { formatLimit, formatMonth } from '../parts/words/budget-words.ts';
import { formatClock, formatUsd } from '../parts/words/format.ts';
import styles from './status-block.module.css';

/** Link to the server, slots, queue, the month's spending and the callback, at the foot of the navigation. */
export function StatusBlock() {
  const link = useLinkState();
  const factor = useTimeFactor();
  const slots = useQuery(slotsQuery).data;
  const month = useQuery(budgetsQuery).data?.month;
  const callback = useQuery(callbackQuery).data;
  return (
    <section className={styles.status} aria-label="Status">
      <p className={`${styles.link} ${styles[link.kind]}`}>
        <span className={styles.dot} aria-hidden />
        {describeLink(link)}
      </p>
      <p>
        {slots && (
          <>
            {slots.in_use_count} of {slots.max_concurrency} {slots.max_concurrency === 1 ? 'slot' : 'slots'},{' '}
            {slots.waiting_count} queued
          </>
        )}
      </p>
      <p>{month && describeMonth(month)}</p>
      <p>{callback && `Callback: ${describeCallback(callback)}`}</p>
      {factor !== 1 && <p className={styles.factor}>Simulated time, {factor} times as fast</p>}
    </section>
  );
}

function describeLink({ kind, since }: LinkState): string {
  switch (kind) {
    case 'connecting':
      return 'Connecting';
    case 'live':
      return 'Live';
    case 'reconnecting':
      return `Reconnecting, data from ${formatClock(since)}`;
    case 'polling':
      return 'Polling every 10 s';
    case 'offline':
      return `Offline, data from ${formatClock(since)}`;
  }
}

function describeMonth({ period, spent_usd: spent, budget_usd: budget }: BudgetsView['month']): string {
  const amount = `${formatMonth(period)} ${formatUsd(spent)}`;
  return budget === null ? amount : `${amount} of ${formatLimit(budget)}`;
}

function describeCallback({ mode, state }: TunnelView): string {
  if (mode === 'public_url') return 'public address';
  if (mode === 'tunnel') return 'tunnel';
  if (state === 'starting') return 'tunnel starting';
  return state === 'failed' ? 'tunnel failed, polling' : 'polling';
}

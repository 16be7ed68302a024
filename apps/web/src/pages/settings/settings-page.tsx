import { useQuery } from '@tanstack/react-query';
import type { BudgetsView, TunnelView } from '@trainyard/contracts';
import { budgetsQuery, callbackQuery } from '../../api/resources/queries.ts';
import { formatLimit, formatMonth } from '../../parts/words/budget-words.ts';
import { formatUsd } from '../../parts/words/format.ts';
import { AboutCard } from './about-card.tsx';
import { AppearanceCard } from './appearance-card.tsx';
import { BudgetsCard } from './budgets-card.tsx';
import { CallbackCard } from './callback-card.tsx';
import { QueueCard } from './queue-card.tsx';
import styles from './settings-page.module.css';

/** Settings that change while Trainyard runs: how results arrive, what may be spent, and the look of this browser. */
export function SettingsPage() {
  const callback = useQuery(callbackQuery).data;
  const month = useQuery(budgetsQuery).data?.month;
  return (
    <>
      <title>Settings · Trainyard</title>
      <h1 className={styles.title}>{describeSettings(callback, month)}</h1>
      <div className={styles.cards}>
        <div className={styles.column}>
          <CallbackCard />
          <BudgetsCard />
        </div>
        <div className={styles.column}>
          <QueueCard />
          <AppearanceCard />
          <AboutCard />
        </div>
      </div>
    </>
  );
}

const ARRIVALS: Readonly<Record<TunnelView['mode'], string>> = {
  public_url: 'Callbacks arrive at a public address',
  tunnel: 'Callbacks arrive by tunnel',
  polling: 'Results are found by polling',
};

function describeSettings(callback?: TunnelView, month?: BudgetsView['month']): string {
  if (!callback || !month) return 'Settings';
  const limit = month.budget_usd === null ? ', without a limit' : ` of ${formatLimit(month.budget_usd)}`;
  return `${ARRIVALS[callback.mode]}; ${formatMonth(month.period)}: ${formatUsd(month.spent_usd)}${limit}.`;
}

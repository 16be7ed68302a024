import { useQuery } from '@tanstack/react-query';
import type { BudgetsView } from '@trainyard/contracts';
import { useScope } from '../../api/access.ts';
import { getServerNow } from '../../api/clock.ts';
import { budgetsQuery } from '../../api/queries.ts';
import { formatLimit, formatMonth } from '../../parts/budget-words.ts';
import { formatTime, formatUsd } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { ScopeNote } from '../../parts/scope-note.tsx';
import { BudgetForm } from './budget-form.tsx';
import { Card, Fact } from './card.tsx';
import styles from './settings-page.module.css';

/** Limits of day and month with their use. */
export function BudgetsCard() {
  const query = useQuery(budgetsQuery);
  return (
    <Card title="Budgets">
      <Panel query={query} height="18rem">
        {(budgets) => <Budgets budgets={budgets} />}
      </Panel>
    </Card>
  );
}

function Budgets({ budgets }: { readonly budgets: BudgetsView }) {
  const { day, month, committed_usd: committed, stop, time_zone: zone } = budgets;
  return (
    <div className={styles.stack}>
      <p className="muted">
        At the limit nothing new is submitted; live runs continue. Days and months begin in {zone}.
      </p>
      {stop && (
        <p className={styles.fault}>
          {stop.reason}
          {stop.opens_at !== null && `; continues ${formatTime(stop.opens_at, getServerNow())}`}
        </p>
      )}
      <Account name="day" title="Today" account={day} committed={committed} />
      <Account name="month" title={formatMonth(month.period)} account={month} committed={committed} />
      <ScopeNote needs="admin" action="Changing a budget" />
    </div>
  );
}

interface AccountProps {
  readonly name: 'day' | 'month';
  readonly title: string;
  readonly account: BudgetsView['day'];
  /** Estimated cost of the live runs. */
  readonly committed: number;
}

function Account({ name, title, account, committed }: AccountProps) {
  const isAdmin = useScope('admin');
  const { spent_usd: spent, assumed_usd: assumed, left_usd: left, unknown_runs: unknown } = account;
  return (
    <section className={styles.account} aria-label={title}>
      <h3>{title}</h3>
      {isAdmin ? (
        <BudgetForm key={account.period} name={name} title={title} account={account} />
      ) : (
        <p>Limit: {account.budget_usd === null ? 'none' : formatLimit(account.budget_usd)}</p>
      )}
      <dl className={styles.amounts}>
        <Fact name="Spent">{formatUsd(spent)}</Fact>
        <Fact name="of it assumed">{formatUsd(assumed)}</Fact>
        <Fact name="Committed to live runs">{formatUsd(committed)}</Fact>
        <Fact name="Left">{left === null ? 'no limit' : formatUsd(left)}</Fact>
      </dl>
      {unknown > 0 && (
        <p className="muted small">
          {unknown === 1 ? 'The cost of 1 run is' : `The costs of ${unknown} runs are`} unknown: GPU_TYPE is
          not set.
        </p>
      )}
    </section>
  );
}

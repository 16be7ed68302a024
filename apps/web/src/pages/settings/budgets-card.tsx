import { useQuery } from '@tanstack/react-query';
import type { BudgetsView } from '@trainyard/contracts';
import { getServerNow } from '../../api/clock.ts';
import { useScope } from '../../api/resources/access.ts';
import { budgetsQuery } from '../../api/resources/queries.ts';
import { ScopeNote } from '../../parts/controls/scope-note.tsx';
import { Panel } from '../../parts/messages/panel.tsx';
import { formatLimit, formatMonth } from '../../parts/words/budget-words.ts';
import { formatTime, formatUsd } from '../../parts/words/format.ts';
import { BudgetForm } from './budget-form.tsx';
import { Card, Fact } from './card.tsx';
import styles from './settings-page.module.css';

/** Limits of day and month with their use. */
export function BudgetsCard() {
  const query = useQuery(budgetsQuery);
  return (
    <Card title="Budgets">
      <Panel query={query} height="var(--height-budgets)">
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
      <Account name="month" title={formatMonth(month.period)} account={month} committed={committed} />
      <Account name="day" title="Today" account={day} committed={committed} />
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
  const { budget_usd: limit, spent_usd: spent, left_usd: left } = account;
  const { assumed_usd: assumed, unknown_runs: unknown } = account;
  return (
    <section className={styles.account} aria-label={title}>
      <h3>{title}</h3>
      <p>
        <strong className={name === 'month' ? 'large-number' : styles.lead}>{formatUsd(spent)}</strong>{' '}
        <span className="muted">spent{limit === null ? ', no limit' : ` of ${formatLimit(limit)}`}</span>
      </p>
      {limit !== null && <UseBar limit={limit} spent={spent} committed={committed} />}
      <dl className={styles.amounts}>
        <Fact name="Assumed">{formatUsd(assumed)}</Fact>
        <Fact name="Live runs, estimate">{formatUsd(committed)}</Fact>
        <Fact name="Left">{left === null ? 'no limit' : formatUsd(Math.max(0, left))}</Fact>
      </dl>
      {isAdmin && <BudgetForm key={account.period} name={name} title={title} account={account} />}
      {unknown > 0 && (
        <p className="muted small">
          {unknown === 1 ? 'The cost of 1 run is' : `The costs of ${unknown} runs are`} unknown: GPU_TYPE is
          not set.
        </p>
      )}
    </section>
  );
}

interface UseBarProps {
  readonly limit: number;
  readonly spent: number;
  readonly committed: number;
}

/** The use of a budget as a bar; the amounts beside it are its text form. */
function UseBar({ limit, spent, committed }: UseBarProps) {
  const share = (usd: number): string => `${Math.min(100, limit === 0 ? 100 : (usd / limit) * 100)}%`;
  return (
    <div className={styles.bar} aria-hidden>
      <span className={spent >= limit ? styles.used : styles.spent} style={{ width: share(spent) }} />
      <span className={styles.committed} style={{ width: share(committed) }} />
    </div>
  );
}

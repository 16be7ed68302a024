import type { UseQueryResult } from '@tanstack/react-query';
import { useQuery } from '@tanstack/react-query';
import { formatClock } from '@trainyard/client/report';
import type { AutoTrainRunView } from '@trainyard/contracts';
import { formatDuration, formatUsd } from '@trainyard/domain';
import { Check, CircleAlert, X } from 'lucide-react';
import { useServerNow } from '../../api/clock.ts';
import { budgetsQuery } from '../../api/resources/queries.ts';
import { Button } from '../../parts/controls/button.tsx';
import { Panel } from '../../parts/messages/panel.tsx';
import { formatMonthAfter, formatTrainings, formatWaiting } from '../../parts/start-run/plan.ts';
import type { DryRun } from './data/use-dry-run.ts';
import styles from './plan-summary.module.css';

/** Properties of the summary. */
export interface PlanSummaryProps {
  readonly plan: UseQueryResult<AutoTrainRunView>;
  /** Whether the key may plan and start. */
  readonly isPlanned: boolean;
  /** Why no run can be planned. */
  readonly unavailable: string | undefined;
  readonly dry: DryRun;
  readonly onStart: () => void;
}

/** Figures, budget and checks of the plan, with Dry run and Start. */
export function PlanSummary({ plan, isPlanned, unavailable, dry, onStart }: PlanSummaryProps) {
  return (
    <aside className={styles.card} aria-labelledby="before-start">
      <h2 id="before-start">Before you start</h2>
      {isPlanned ? (
        <>
          <Panel query={plan} height="9rem">
            {(data) => <Figures plan={data} />}
          </Panel>
          <Actions plan={plan} unavailable={unavailable} dry={dry} onStart={onStart} />
          {plan.data && <Checks checks={plan.data.checks ?? []} />}
        </>
      ) : (
        <p className="muted">This key can read. Starting a run needs a key with scope write.</p>
      )}
    </aside>
  );
}

function Figures({ plan }: { readonly plan: AutoTrainRunView }) {
  const now = useServerNow();
  const { estimate } = plan;
  const [low, high] = estimate.duration_range_seconds;
  const waiting = formatWaiting(plan, now);
  return (
    <div className={styles.figures}>
      <dl className={styles.facts}>
        <Fact name="Trainings" value={String(estimate.count)} />
        <Fact
          name="Takes"
          value={estimate.count === 0 ? '–' : `${formatDuration(low)} to ${formatDuration(high)}`}
        />
        <Fact name="Costs, estimate" value={formatCostRange(plan)} title={formatPriceDate(plan)} />
        <BudgetFact plan={plan} />
        <Fact
          name="Last ends"
          value={estimate.last_end_at === null ? '–' : `about ${formatClock(estimate.last_end_at, now)}`}
        />
      </dl>
      {waiting && <p className={styles.waiting}>{waiting}</p>}
    </div>
  );
}

function Fact({
  name,
  value,
  title,
}: {
  readonly name: string;
  readonly value: string;
  readonly title?: string;
}) {
  return (
    <div className={styles.fact} title={title}>
      <dt>{name}</dt>
      <dd className="number">{value}</dd>
    </div>
  );
}

function formatCostRange({
  estimate: { cost_usd: cost, cost_range_usd: range, count },
}: AutoTrainRunView): string {
  if (count === 0) return '–';
  if (cost === null) return 'set GPU_TYPE';
  return range === null ? formatUsd(cost) : `${formatUsd(range[0])} to ${formatUsd(range[1])}`;
}

function formatPriceDate({ estimate: { price } }: AutoTrainRunView): string {
  return price === null ? 'The GPU has no known price' : `${price.gpu_type}, prices of ${price.as_of}`;
}

function BudgetFact({ plan }: { readonly plan: AutoTrainRunView }) {
  const budgets = useQuery(budgetsQuery).data;
  const after = formatMonthAfter(budgets, plan);
  if (after !== undefined) {
    const [month = '', amount = ''] = after.split(' then ');
    return <Fact name={`${month} after this`} value={amount} />;
  }
  const isUnlimited =
    budgets && budgets.month.budget_usd === null && budgets.day.budget_usd === null && !plan.order.budget_usd;
  return isUnlimited ? <p className="muted small">No budget limits this run.</p> : null;
}

const ICONS = { ok: Check, warning: CircleAlert, error: X } as const;

function Checks({ checks }: { readonly checks: NonNullable<AutoTrainRunView['checks']> }) {
  return (
    <ul className={styles.checks}>
      {checks.map(({ code, state, message, hint }) => {
        const Icon = ICONS[state];
        return (
          <li key={code} className={styles.check}>
            <Icon size={16} className={styles[state]} aria-hidden />
            <span>
              <span className="visually-hidden">{state}: </span>
              {message}
              {hint && <span className={styles.hint}>{hint}</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Actions({ plan, unavailable, dry, onStart }: Omit<PlanSummaryProps, 'isPlanned'>) {
  const count = plan.data?.enqueued.length ?? 0;
  const isReady = plan.data !== undefined && !plan.error;
  const fault = plan.error
    ? 'The plan has a fault, see above'
    : isReady && count === 0
      ? 'No actor of this plan qualifies'
      : undefined;
  return (
    <div className={styles.actions}>
      {dry.error && <p className={styles.error}>{dry.error.message}</p>}
      <Button onClick={dry.run} busy={dry.isBusy} unavailable={unavailable}>
        Dry run
      </Button>
      <Button
        kind="primary"
        onClick={onStart}
        unavailable={unavailable ?? fault}
        busy={!isReady && !plan.error}
      >
        {count > 0 ? `Start ${formatTrainings(count)}` : 'Start trainings'}
      </Button>
    </div>
  );
}

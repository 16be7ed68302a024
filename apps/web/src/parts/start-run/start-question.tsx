import { useQuery } from '@tanstack/react-query';
import type { AutoTrainRunView } from '@trainyard/contracts';
import { useEffect } from 'react';
import { useServerNow } from '../../api/clock.ts';
import { budgetsQuery } from '../../api/resources/queries.ts';
import { Question } from '../dialogs/dialog.tsx';
import { ProblemPanel } from '../messages/problem.tsx';
import {
  formatActors,
  formatMonthAfter,
  formatPlanCost,
  formatPlanTime,
  formatTrainings,
  formatWaiting,
  type RunOrder,
} from './plan.ts';
import styles from './start-question.module.css';
import { type StartRun, useStartRun } from './use-start-run.ts';

/** Properties of the question before an auto-train run. */
export interface StartQuestionProps {
  readonly order: RunOrder;
  readonly onClose: () => void;
  readonly onStarted: (run: AutoTrainRunView) => void;
}

/**
 * Question before an auto-train run. It runs dry at opening and again before the start; facts that changed in between are
 * listed and asked about again. Render it while it is open.
 */
export function StartQuestion({ order, onClose, onStarted }: StartQuestionProps) {
  const start = useStartRun(order, onStarted);
  const { asked, isBusy, ask, confirm } = start;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the question is asked once per opening.
  useEffect(ask, []);
  const count = asked?.plan.enqueued.length ?? 0;
  const isEmpty = asked !== undefined && count === 0;
  return (
    <Question
      open
      onClose={onClose}
      title={formatTitle(start)}
      keep={isEmpty ? 'Close' : 'Not now'}
      act={asked && !isEmpty ? `Start ${formatTrainings(count)}` : 'Start'}
      onAct={confirm}
      busy={isBusy}
      unavailable={isEmpty ? 'No actor qualifies' : undefined}
    >
      <StartDetails start={start} />
    </Question>
  );
}

function formatTitle({ asked }: StartRun): string {
  if (!asked) return 'Checking what would start';
  const count = asked.plan.enqueued.length;
  return count === 0 ? 'No training would start' : `Start ${formatTrainings(count)}?`;
}

function StartDetails({ start: { asked, error, isUnanswered, isBusy } }: { readonly start: StartRun }) {
  const now = useServerNow();
  return (
    <div className={styles.details}>
      {!asked && !error && <p aria-live="polite">A dry run reads queue, data and budgets.</p>}
      {asked && asked.changes.length > 0 && (
        <div className={styles.changes} role="alert">
          <p>This changed since the question:</p>
          <ul>
            {asked.changes.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </div>
      )}
      {asked && <PlanDetails plan={asked.plan} now={now} />}
      {error !== null && !isBusy && <ProblemPanel error={error} />}
      {isUnanswered && !isBusy && (
        <p className={styles.warning}>
          The answer was lost. Start again: the same request starts its trainings at most once.
        </p>
      )}
    </div>
  );
}

function PlanDetails({ plan, now }: { readonly plan: AutoTrainRunView; readonly now: number }) {
  const month = formatMonthAfter(useQuery(budgetsQuery).data, plan);
  const waiting = formatWaiting(plan, now);
  const faults = (plan.checks ?? []).filter(({ state, code }) => state !== 'ok' && code !== 'dispatch');
  return (
    <>
      {plan.enqueued.length > 0 && (
        <p className={styles.sentence}>
          {formatActors(plan)}: {formatPlanTime(plan)}, {formatPlanCost(plan)}
          {month === undefined ? '' : ` (${month})`}.
        </p>
      )}
      {waiting && <p className={styles.warning}>{waiting}</p>}
      {faults.map(({ code, message, hint }) => (
        <p key={code} className={styles.warning}>
          {message}
          {hint && <span className="muted"> {hint}</span>}
        </p>
      ))}
      <SkippedActors plan={plan} />
    </>
  );
}

const MAX_SKIPPED = 6;

/** The actors of an explicit choice that the run leaves out, with their reasons. */
function SkippedActors({ plan: { order, skipped } }: { readonly plan: AutoTrainRunView }) {
  if (order.actor_ids === undefined || skipped.length === 0) return null;
  return (
    <div>
      <p>Left out:</p>
      <ul className={styles.skipped}>
        {skipped.slice(0, MAX_SKIPPED).map(({ actor_id: id, name, reasons }) => (
          <li key={id}>
            {name}: {reasons.map(({ message }) => message).join('; ')}
          </li>
        ))}
        {skipped.length > MAX_SKIPPED && <li>and {skipped.length - MAX_SKIPPED} more</li>}
      </ul>
    </div>
  );
}

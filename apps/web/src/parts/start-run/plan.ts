import { formatClock } from '@trainyard/client/report';
import type { AutoTrainRunView, BudgetsView } from '@trainyard/contracts';
import { formatDuration, formatUsd } from '@trainyard/domain';
import { request } from '../../api/http/request.ts';

/** The order of an auto-train run: limit, actors, budget, policy, priority and sample pictures. */
export type RunOrder = AutoTrainRunView['order'];

/** Plans a run without starting it. Throws ProblemError. */
export function planRun(order: RunOrder, signal?: AbortSignal): Promise<AutoTrainRunView> {
  return request<AutoTrainRunView>('/api/auto-train/runs', {
    method: 'POST',
    body: { ...order, dry_run: true },
    ...(signal && { signal }),
  });
}

/**
 * Starts the run of a confirmed plan. It names the actors of the plan: an actor that became eligible since was not
 * confirmed. Throws ProblemError.
 */
export function startRun(body: RunOrder, idempotencyKey: string): Promise<AutoTrainRunView> {
  return request<AutoTrainRunView>('/api/auto-train/runs', { method: 'POST', body, idempotencyKey });
}

/** The order that starts exactly the actors of a plan. */
export function toConfirmedOrder(order: RunOrder, plan: AutoTrainRunView): RunOrder {
  return { ...order, confirmed_actor_ids: plan.enqueued.map(({ actor_id: id }) => id) };
}

/** `1 training`, `2 trainings`. */
export function formatTrainings(count: number): string {
  return `${count} ${count === 1 ? 'training' : 'trainings'}`;
}

/** Time of a plan: `about 52 min`. */
export function formatPlanTime({ estimate }: Pick<AutoTrainRunView, 'estimate'>): string {
  return `about ${formatDuration(estimate.duration_seconds)}`;
}

/** Cost of a plan: `about $4.72`; in words without a known price. */
export function formatPlanCost({ estimate }: Pick<AutoTrainRunView, 'estimate'>): string {
  return estimate.cost_usd === null
    ? 'cost unknown: GPU_TYPE is not set'
    : `about ${formatUsd(estimate.cost_usd)}`;
}

/** Why the trainings of a plan wait at present; undefined while trainings start. */
export function formatWaiting({ waiting, enqueued }: AutoTrainRunView, now: number): string | undefined {
  if (waiting === null || enqueued.length === 0) return undefined;
  const until = waiting.until === null ? '' : `, until ${formatClock(waiting.until, now)}`;
  return `They will wait: ${waiting.text}${until}.`;
}

/** The budget of the month with a plan: `November then $45.92 of $150`; undefined without a budget or a price. */
export function formatMonthAfter(
  budgets: Pick<BudgetsView, 'month' | 'committed_usd'> | undefined,
  { estimate }: Pick<AutoTrainRunView, 'estimate'>,
): string | undefined {
  const budget = budgets?.month.budget_usd ?? null;
  if (!budgets || budget === null || estimate.cost_usd === null) return undefined;
  const after = budgets.month.spent_usd + budgets.committed_usd + estimate.cost_usd;
  return `${formatMonth(budgets.month.period)} then ${formatUsd(after)} of ${formatUsd(budget)}`;
}

/** `November` for the period `2026-11`. */
function formatMonth(period: string): string {
  const [year = 0, month = 1] = period.split('-').map(Number);
  return new Intl.DateTimeFormat('en', { month: 'long' }).format(new Date(year, month - 1, 1));
}

const MAX_NAMED = 8;

/** The actors of a plan: `0019, 0042 and 5 more`. */
export function formatActors({ enqueued }: Pick<AutoTrainRunView, 'enqueued'>): string {
  const ids = enqueued.map(({ actor_id: id }) => id);
  const rest = ids.length - MAX_NAMED;
  return rest <= 1 ? ids.join(', ') : `${ids.slice(0, MAX_NAMED).join(', ')} and ${rest} more`;
}

/** The facts that changed between the plan that was asked about and the plan of now, one sentence each. */
export function listChanges(asked: AutoTrainRunView, plan: AutoTrainRunView, now: number): readonly string[] {
  const before = new Set(asked.enqueued.map(({ actor_id: id }) => id));
  const after = new Set(plan.enqueued.map(({ actor_id: id }) => id));
  const reasons = new Map(plan.skipped.map(({ actor_id: id, reasons: [first] }) => [id, first?.message]));
  const lost = asked.enqueued.filter(({ actor_id: id }) => !after.has(id));
  const gained = plan.enqueued.filter(({ actor_id: id }) => !before.has(id));
  return [
    ...lost.map(({ actor_id: id, name }) => `${name} is left out: ${reasons.get(id) ?? 'not in the plan'}.`),
    ...gained.map(({ name }) => `${name} is added.`),
    ...describeChange('Time', formatPlanTime(asked), formatPlanTime(plan)),
    ...describeChange('Cost', formatPlanCost(asked), formatPlanCost(plan)),
    ...describeChange('Start', formatStart(asked, now), formatStart(plan, now)),
    ...listNewFaults(asked, plan),
  ];
}

function formatStart(plan: AutoTrainRunView, now: number): string {
  return formatWaiting(plan, now) ?? 'at once, as slots become free';
}

function describeChange(label: string, before: string, after: string): readonly string[] {
  return before === after ? [] : [`${label}: ${after}; before, ${before}.`];
}

function listNewFaults(asked: AutoTrainRunView, plan: AutoTrainRunView): readonly string[] {
  const known = new Set((asked.checks ?? []).map(({ code, state }) => `${code} ${state}`));
  return (plan.checks ?? [])
    .filter(({ code, state }) => state !== 'ok' && code !== 'dispatch' && !known.has(`${code} ${state}`))
    .map(({ message }) => `${message}.`);
}

import { getBudgetStatus } from '../budgets/budgets.ts';
import type { Deps } from '../deps.ts';
import { CREATE_DELIVERIES_JOB, type SystemNotification } from '../ports/notifications/index.ts';
/** Ports that publishing a notification needs. */
export type PublishDeps = Pick<Deps, 'deliveries' | 'deliveryJobs' | 'log'>;

/**
 * Saves a notification that no change of a training carries, and schedules its deliveries. A notification
 * with a known id is not added again. Never throws: a failure is logged as `notification_not_saved`, and the
 * caller publishes again as long as its condition holds.
 */
export async function publishNotification(
  deps: PublishDeps,
  notification: SystemNotification,
): Promise<void> {
  try {
    await deps.deliveries.addNotification(notification);
    await deps.deliveryJobs.runNow(CREATE_DELIVERIES_JOB);
  } catch (error) {
    deps.log.warn('notification_not_saved', { notification_id: notification.id, error });
  }
}

type BudgetDeps = PublishDeps & Pick<Deps, 'budgets' | 'settings' | 'clock'>;

/** Publishes `budget.reached` when the budget of a day or month is exhausted: once per period and limit. */
export async function notifyBudgetExhausted(deps: BudgetDeps): Promise<void> {
  const { stop, accounts } = await getBudgetStatus(deps);
  if (!stop) return;
  const { period, budgetUsd = 0 } = accounts[stop.period];
  const { reason, opensAt } = stop;
  const opens_at = opensAt === undefined ? null : new Date(opensAt).toISOString();
  await publishNotification(deps, {
    id: `budget.${period}.${budgetUsd}`,
    type: 'budget.reached',
    at: deps.clock.now(),
    data: { budget: { period, budget_usd: budgetUsd, reason, opens_at } },
  });
}

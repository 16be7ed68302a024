import { getBudgetStatus } from '../budgets/budgets.ts';
import type { Deps } from '../deps.ts';
import { CREATE_DELIVERIES_JOB, type SystemNotification } from '../ports/notifications/index.ts';
export type PublishDeps = Pick<Deps, 'deliveries' | 'deliveryJobs' | 'log'>;

/**
 * Puts down news that no write of the record carries; the same again is told once. Never throws: whoever has news has
 * work of his own, and tells it again while it is true.
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

/** Tells that a day's or month's budget is used up: once for each period and limit, whoever asks how often. */
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

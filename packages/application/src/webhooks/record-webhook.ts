import type { Deps } from '../deps.ts';
import type { ReceivedWebhook } from '../ports/training-store/index.ts';

/**
 * Saves a webhook and runs the reconcile job of its training now. The state changes only by the provider's answer to
 * the poll (I6). A webhook for a missing or ended training has no effect.
 * Throws StoreUnavailableError when Redis is unavailable.
 */
export async function recordWebhook(
  deps: Pick<Deps, 'store' | 'reconcileJobs' | 'clock'>,
  trainingId: string,
  webhook: Omit<ReceivedWebhook, 'at'>,
): Promise<void> {
  await deps.store.recordWebhook(trainingId, { ...webhook, at: deps.clock.now() });
  await deps.reconcileJobs.runNow(trainingId);
}

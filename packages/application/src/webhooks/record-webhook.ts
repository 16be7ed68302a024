import type { Deps } from '../deps.ts';
import type { ReceivedWebhook } from '../ports/training-store/index.ts';

/**
 * Keeps a webhook durably and brings the look at its training forward; nothing in it is believed (I6).
 * What comes for an unknown or ended training changes nothing.
 */
export async function recordWebhook(
  deps: Pick<Deps, 'store' | 'reconcileJobs' | 'clock'>,
  trainingId: string,
  webhook: Omit<ReceivedWebhook, 'at'>,
): Promise<void> {
  await deps.store.recordWebhook(trainingId, { ...webhook, at: deps.clock.now() });
  await deps.reconcileJobs.runNow(trainingId);
}

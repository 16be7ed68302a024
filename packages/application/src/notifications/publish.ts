import type { Deps } from '../deps.ts';
import { CREATE_DELIVERIES_JOB, type SystemNotification } from '../ports/notifications.ts';

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

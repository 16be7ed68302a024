import type { Deps } from '../deps.ts';
import { CREATE_DELIVERIES_JOB } from '../ports/notifications/index.ts';
import { type CreateDeliveriesDeps, createDeliveries } from './create-deliveries.ts';
import { type DeliverDeps, deliver } from './deliver.ts';

/** Retention of deliveries and their tries. */
const RETENTION_MS = 30 * 24 * 3_600_000;

/**
 * Runs a notification job: creates deliveries, or sends those of the channel that the job is named after.
 * @returns ms until the job is due again; undefined if no work is pending
 */
export function runDeliveryJob(
  deps: CreateDeliveriesDeps & DeliverDeps,
  jobName: string,
): Promise<number | undefined> {
  return jobName === CREATE_DELIVERIES_JOB ? createDeliveries(deps) : deliver(deps, jobName);
}

/**
 * Schedules a job for every pending notification and due delivery again, in case its job was lost, and
 * deletes deliveries older than 30 days.
 */
export async function sweepNotifications(
  deps: Pick<Deps, 'deliveries' | 'deliveryJobs' | 'clock'>,
): Promise<void> {
  const now = deps.clock.now();
  const nextNotificationAt = await deps.deliveries.nextNotificationAt();
  if (nextNotificationAt !== undefined)
    await deps.deliveryJobs.schedule(CREATE_DELIVERIES_JOB, {
      delayMs: Math.max(0, nextNotificationAt - now),
    });
  for (const channel of await deps.deliveries.listChannels()) {
    const dueAt = await deps.deliveries.nextDueAt(channel);
    if (dueAt !== undefined) await deps.deliveryJobs.schedule(channel, { delayMs: Math.max(0, dueAt - now) });
  }
  await deps.deliveries.deleteCreatedBefore(now - RETENTION_MS);
}

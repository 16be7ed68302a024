import type { Deps } from '../deps.ts';
import { CREATE_DELIVERIES_JOB } from '../ports/notifications/index.ts';
import { type CreateDeliveriesDeps, createDeliveries } from './create-deliveries.ts';
import { type DeliverDeps, deliver } from './deliver.ts';

/** How long the log of deliveries goes back. */
const RETENTION_MS = 30 * 24 * 3_600_000;

/** Runs one errand of messages. @returns after how many ms it is due again; undefined for never */
export function runDeliveryJob(
  deps: CreateDeliveriesDeps & DeliverDeps,
  jobName: string,
): Promise<number | undefined> {
  return jobName === CREATE_DELIVERIES_JOB ? createDeliveries(deps) : deliver(deps, jobName);
}

/** Asks again for what is to be told and to be sent, whatever errand was lost (DESIGN §3), and forgets what is old. */
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

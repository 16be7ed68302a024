import type { Deps } from '../deps.ts';
import { CREATE_DELIVERIES_JOB } from '../ports/notifications.ts';
import { type CreateDeliveriesDeps, createDeliveries } from './create-deliveries.ts';
import { type DeliverDeps, deliver } from './deliver.ts';

/** How long the log of deliveries goes back. */
const RETENTION_MS = 30 * 24 * 3_600_000;

/** Runs one errand of messages. @returns after how many ms it is due again; undefined for never */
export const runDeliveryJob = (
  deps: CreateDeliveriesDeps & DeliverDeps,
  errand: string,
): Promise<number | undefined> => (errand === CREATE_DELIVERIES_JOB ? createDeliveries(deps) : deliver(deps, errand));

/** Asks again for what is to be told and to be sent, whatever errand was lost (DESIGN §3), and forgets what is old. */
export const sweepNotifications = async (
  deps: Pick<Deps, 'deliveries' | 'messageErrands' | 'clock'>,
): Promise<void> => {
  const now = deps.clock.now();
  const nextNewsAt = await deps.deliveries.nextNotificationAt();
  if (nextNewsAt !== undefined)
    await deps.deliveryJobs.schedule(CREATE_DELIVERIES_JOB, { delayMs: Math.max(0, nextNewsAt - now) });
  for (const lane of await deps.deliveries.listChannels()) {
    const dueAt = await deps.deliveries.nextDueAt(lane);
    if (dueAt !== undefined) await deps.deliveryJobs.schedule(lane, { delayMs: Math.max(0, dueAt - now) });
  }
  await deps.deliveries.deleteCreatedBefore(now - RETENTION_MS);
};

import { isTerminal, type Training } from '@trainyard/domain';
import { listBatchTrainings } from '../auto-train/enqueue.ts';
import type { Deps } from '../deps.ts';
import { StoreUnavailableError } from '../errors.ts';
import {
  type BatchNotification,
  CREATE_DELIVERIES_JOB,
  type Destination,
  NOTIFY_URL,
  type Notification,
  type TrainingNotification,
} from '../ports/notifications/index.ts';
import { createDelivery, type DeliverDeps, deliver, toDeliveryId } from './deliver.ts';
import { toBatchData, toGatePayload, toLegacyPayload, toPayload, toTrainingPayload } from './payload.ts';

/** Ports and settings that creating deliveries needs. */
export type CreateDeliveriesDeps = Pick<
  Deps,
  'store' | 'deliveries' | 'messenger' | 'deliveryJobs' | 'clock' | 'settings' | 'log'
>;

const PAGE_SIZE = 200;
const RETRY_DELAY_MS = 30_000;

type Payload = Readonly<Record<string, unknown>>;
type NotificationRef = Pick<Notification, 'id' | 'at' | 'type'> & {
  readonly trainingId?: string;
  readonly batchId?: string;
};

/**
 * Creates a delivery per destination for each pending notification, then marks the notification as published.
 * After a crash in between, the repetition finds the same delivery ids. A notification that fails is logged
 * and retried after 30 s without delaying the others. Throws StoreUnavailableError. @returns ms until the
 * next notification is due; undefined if none is pending
 */
async function createDeliveries(deps: CreateDeliveriesDeps): Promise<number | undefined> {
  let waitMs = 0;
  for (const { notification, outboxId } of await deps.deliveries.listPendingNotifications(
    deps.clock.now(),
    PAGE_SIZE,
  )) {
    try {
      await createNotificationDeliveries(deps, notification);
      await deps.deliveries.markPublished(outboxId);
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      deps.log.error('notification_failed', {
        notification_id: notification.id,
        type: notification.type,
        error,
      });
      waitMs = RETRY_DELAY_MS;
    }
  }
  const nextAt = await deps.deliveries.nextNotificationAt();
  return nextAt === undefined ? undefined : Math.max(waitMs, nextAt - deps.clock.now());
}

function isSubscribed({ events }: Destination, type: string): boolean {
  return events.some(
    (each) => each === '*' || each === type || (each.endsWith('.*') && type.startsWith(each.slice(0, -1))),
  );
}

async function createDeliveryFor(
  deps: CreateDeliveriesDeps,
  notification: NotificationRef,
  to: { readonly destination: string; readonly channel: string; readonly body: Payload },
): Promise<void> {
  const { trainingId, batchId, type } = notification;
  const delivery = createDelivery(
    {
      ...to,
      id: toDeliveryId(notification, to.destination),
      type,
      ...(trainingId !== undefined && { trainingId }),
      ...(batchId !== undefined && { batchId }),
    },
    deps.clock.now(),
  );
  if ((await deps.deliveries.create(delivery)) === 'created') await deps.deliveryJobs.runNow(to.channel);
}

async function createSubscriberDeliveries(
  deps: CreateDeliveriesDeps,
  notification: NotificationRef,
  { body, excludedMode }: { readonly body: Payload; readonly excludedMode?: Destination['batch'] },
): Promise<void> {
  for (const destination of deps.messenger.destinations)
    if (isSubscribed(destination, notification.type) && destination.batch !== excludedMode)
      await createDeliveryFor(deps, notification, {
        destination: destination.name,
        channel: destination.name,
        body,
      });
}

/**
 * Creates the delivery to the training's `notify_url`. Callers of the legacy API get the legacy payload, and
 * only for ended trainings.
 */
async function createCallerDelivery(
  deps: CreateDeliveriesDeps,
  notification: TrainingNotification,
  training: Training,
): Promise<void> {
  const { notifyUrl, notifyPayload } = training.request;
  if (notifyUrl === undefined || (notifyPayload === 'legacy' && !isTerminal(training))) return;
  const body =
    notifyPayload === 'legacy'
      ? toLegacyPayload(training)
      : toTrainingPayload(notification, training, deps.settings.baseUrl);
  await createDeliveryFor(deps, notification, {
    destination: NOTIFY_URL,
    channel: `${NOTIFY_URL}@${new URL(notifyUrl).host}`,
    body,
  });
}

async function createTrainingDeliveries(
  deps: CreateDeliveriesDeps,
  notification: TrainingNotification,
): Promise<void> {
  const training = await deps.store.load(notification.trainingId);
  if (!training) return;
  const { batchId } = training.request;
  const inBatch = batchId !== undefined && notification.type !== 'training.needs_attention';
  await createCallerDelivery(deps, notification, training);
  await createSubscriberDeliveries(deps, notification, {
    body: toTrainingPayload(notification, training, deps.settings.baseUrl),
    ...(inBatch && { excludedMode: 'digest' as const }),
  });
}

async function createBatchDeliveries(
  deps: CreateDeliveriesDeps,
  notification: BatchNotification,
): Promise<void> {
  const trainings = await listBatchTrainings(deps, notification.batchId);
  const body = toPayload(notification.type, notification.at, toBatchData(notification.batchId, trainings));
  await createSubscriberDeliveries(deps, notification, { body, excludedMode: 'each' });
}

function createNotificationDeliveries(deps: CreateDeliveriesDeps, notification: Notification): Promise<void> {
  if ('trainingId' in notification) return createTrainingDeliveries(deps, notification);
  if ('batchId' in notification) return createBatchDeliveries(deps, notification);
  const body =
    'gate' in notification
      ? toGatePayload(notification)
      : toPayload(notification.type, notification.at, notification.data);
  return createSubscriberDeliveries(deps, notification, { body });
}

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

import type { Page } from '../training-store/index.ts';
import type { SendOutcome } from './messenger.ts';
import type { Notification } from './notification.ts';

/** An attempt to send a message. */
export interface DeliveryTry {
  /** Epoch ms. */
  readonly at: number;
  readonly outcome: SendOutcome['kind'];
  readonly durationMs: number;
  /** The HTTP status, where there was a response. */
  readonly status?: number;
  readonly reason?: string;
}

/** `pending` is sent, or sent again, at `nextAt`; the other two states are final until a redelivery. */
export type DeliveryState = 'pending' | 'delivered' | 'failed';

/** A message to a destination, from its event to its success or its last attempt. Times are epoch ms. */
export interface Delivery {
  /** The `webhook-id`: derived from event and destination. Ids sort by the time of the event. */
  readonly id: string;
  readonly rev: number;
  readonly destination: string;
  /** Deliveries of a channel are sent in order; an unreachable destination delays only its own channel. */
  readonly channel: string;
  readonly type: string;
  readonly trainingId?: string;
  readonly batchId?: string;
  readonly createdAt: number;
  /** Frozen at creation, so that every attempt sends the same bytes. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly state: DeliveryState;
  /** The start of the 24 h in which it is retried; a redelivery starts them again. */
  readonly since: number;
  /** Attempts since then. */
  readonly triesMade: number;
  /** The time of the next attempt; absent unless pending. */
  readonly nextAt?: number;
  /** The newest attempts, oldest first. */
  readonly tries: readonly DeliveryTry[];
}

/** A notification of the outbox without deliveries; `outboxId` removes it. */
export interface PendingNotification {
  readonly notification: Notification;
  readonly outboxId: string;
}

/** The filters of a list of deliveries; an absent filter matches every delivery. */
export interface DeliveryQuery {
  readonly trainingId?: string;
  readonly destination?: string;
  readonly state?: DeliveryState;
  readonly limit: number;
  readonly cursor?: string;
}

/**
 * The outbox of notifications and the deliveries made from it. A notification of a training or of the gate is added by
 * the same write as its change, so that a crash loses none. Every method throws StoreUnavailableError.
 */
export interface Deliveries {
  /** Adds a notification that no other write adds; an id is added once, also when its deliveries exist already. */
  addNotification(notification: Notification): Promise<void>;
  /** Notifications that are due, oldest first. */
  listPendingNotifications(now: number, limit: number): Promise<readonly PendingNotification[]>;
  /** Removes a notification whose deliveries exist. */
  markPublished(outboxId: PendingNotification['outboxId']): Promise<void>;
  /** When the next notification is due, epoch ms; undefined for an empty outbox. */
  nextNotificationAt(): Promise<number | undefined>;
  create(delivery: Delivery): Promise<'created' | 'known'>;
  load(id: string): Promise<Delivery | undefined>;
  /** Saves the next revision; `stale` when a different writer saved it first. */
  save(delivery: Delivery): Promise<'saved' | 'stale'>;
  /** The deliveries of a channel that are due by now, the earliest first. */
  listDue(channel: string, now: number, limit: number): Promise<readonly Delivery[]>;
  /** When a channel is due next, epoch ms; undefined without a pending delivery. */
  nextDueAt(channel: string): Promise<number | undefined>;
  /** The channels with a pending delivery. */
  listChannels(): Promise<readonly string[]>;
  /** Newest first. */
  list(query: DeliveryQuery): Promise<Page<Delivery>>;
  /** Deletes deliveries created before this time, epoch ms. */
  deleteCreatedBefore(before: number): Promise<void>;
}

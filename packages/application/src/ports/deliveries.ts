import type { Notification, SendOutcome } from './notifications.ts';
import type { Page } from './training-store.ts';

/** One sending of a message, as the log keeps it. */
export interface DeliveryTry {
  readonly at: number;
  readonly outcome: SendOutcome['kind'];
  readonly durationMs: number;
  readonly status?: number;
  readonly reason?: string;
}

export type DeliveryState = 'pending' | 'delivered' | 'failed';

/** One message to one destination, from the event until it was taken or given up. Times are epoch ms. */
export interface Delivery {
  /** The `webhook-id`: a function of the event and the destination. Sorts by the time of the event. */
  readonly id: string;
  readonly rev: number;
  readonly destination: string;
  /** Whoever is behind the destination is called under one name, so that a dead one keeps nobody else waiting. */
  readonly channel: string;
  readonly type: string;
  readonly trainingId?: string;
  readonly batchId?: string;
  readonly createdAt: number;
  /** Frozen, so that what is sent again is the same. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly state: DeliveryState;
  /** When trying began; 24 h later it is given up. A person's redelivery begins anew. */
  readonly since: number;
  /** Tries since then. */
  readonly triesMade: number;
  /** When it is tried next; absent unless pending. */
  readonly nextAt?: number;
  /** The newest tries, oldest first. */
  readonly tries: readonly DeliveryTry[];
}

/** News that is still to be told, with what strikes it off. */
export interface PendingNotification {
  readonly notification: Notification;
  readonly outboxId: string;
}

export interface DeliveryQuery {
  readonly trainingId?: string;
  readonly destination?: string;
  readonly state?: DeliveryState;
  readonly limit: number;
  readonly cursor?: string;
}

/**
 * What is to be told, and what became of it. News of a training or the gate is put down in the same write as the
 * change that it tells of; so a crash loses none. Every method throws StoreUnavailableError while the record is away.
 */
export interface Deliveries {
  /** Puts news down that no write of the record does; of one id only once, also when it was told long since. */
  addNotification(notification: Notification): Promise<void>;
  /** What is still to be told and due, oldest first. */
  listPendingNotifications(now: number, limit: number): Promise<readonly PendingNotification[]>;
  /** It was told: its deliveries exist. */
  markPublished(outboxId: PendingNotification['outboxId']): Promise<void>;
  /** When the next news is due, epoch ms; undefined when there is none. */
  nextNotificationAt(): Promise<number | undefined>;
  create(delivery: Delivery): Promise<'created' | 'known'>;
  load(id: string): Promise<Delivery | undefined>;
  /** Saves the next revision; `stale` when another writer was first. */
  save(delivery: Delivery): Promise<'saved' | 'stale'>;
  /** What a lane has to send by now, the longest due first. */
  listDue(channel: string, now: number, limit: number): Promise<readonly Delivery[]>;
  /** When a lane is due next, epoch ms; undefined when nothing is pending there. */
  nextDueAt(channel: string): Promise<number | undefined>;
  /** The lanes that have something to send, now or later. */
  listChannels(): Promise<readonly string[]>;
  /** Newest first. */
  list(query: DeliveryQuery): Promise<Page<Delivery>>;
  /** Forgets what was created before that moment, epoch ms. */
  deleteCreatedBefore(before: number): Promise<void>;
}

import type { TrainingNotificationType } from '@trainyard/domain';
import type { Gate } from './training-store.ts';

interface NotificationBase {
  /** The same for the same event, however often it is put down. */
  readonly id: string;
  /** When it happened, epoch ms. */
  readonly at: number;
}

/** What happened to a training. It is looked up when it is told; the reason of a mark is kept, since marks go. */
export type TrainingNotification = NotificationBase & {
  readonly type: TrainingNotificationType;
  readonly trainingId: string;
  readonly reason?: string;
};
/** All trainings of a batch have ended. */
export type BatchNotification = NotificationBase & {
  readonly type: 'batch.finished';
  readonly batchId: string;
};
/** The gate closed, or opened again after `gate` had closed it. */
export type GateNotification = NotificationBase & {
  readonly type: 'gate.closed' | 'gate.opened';
  readonly gate: Gate;
};
/** What concerns the house as a whole; `data` is told as it stands. */
export type SystemNotification = NotificationBase & {
  readonly type: 'budget.reached' | 'alarm.raised';
  readonly data: Readonly<Record<string, unknown>>;
};
/** Something that others are told of (SPEC §10). */
export type Notification = TrainingNotification | BatchNotification | GateNotification | SystemNotification;

/** What is told, in the order of importance to a reader of the documentation. */
export const NOTIFICATION_TYPES = [
  'training.completed',
  'training.failed',
  'training.timed_out',
  'training.cancelled',
  'training.needs_attention',
  'batch.finished',
  'gate.closed',
  'gate.opened',
  'budget.reached',
  'alarm.raised',
] as const satisfies readonly Notification['type'][];

/** Sent on request alone, to see that a destination takes it. */
export const TEST_MESSAGE_TYPE = 'notification.test';

/** The errand that makes deliveries of news; every other errand of messages has the name of its lane. */
export const CREATE_DELIVERIES_JOB = '#create_deliveries';

/** Somebody who is told, as the settings name him. */
export interface Destination {
  readonly name: string;
  /** Types of news, `training.*` or `*`. */
  readonly events: readonly string[];
  /** Of a batch: one message when it ends, one for each training's end, or both. */
  readonly batch: 'digest' | 'each' | 'both';
}

/** The destination that a training's own request names; every other has its name from the settings. */
export const NOTIFY_URL = 'notify_url';

/** One message to one destination. */
export interface OutgoingMessage {
  /** The `webhook-id`: the same whenever this message is sent. */
  readonly id: string;
  readonly destination: string;
  /** For {@link NOTIFY_URL}. */
  readonly url?: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How a sending ended. Reasons hold no secret. */
export type SendOutcome =
  | { readonly kind: 'delivered'; readonly status?: number }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly status?: number;
      /** The destination's own wish, ms. */
      readonly retryAfterMs?: number;
    }
  /** It would fail in the same way again: the address is not allowed, or nobody of that name is known any more. */
  | { readonly kind: 'refused'; readonly reason: string; readonly status?: number };

/** Sends messages. It never throws: a destination that is dead is an outcome. */
export interface Messenger {
  readonly destinations: readonly Destination[];
  /** Why an address that somebody names would never be called, as far as it tells by itself. */
  findRefusalReason(url: string): string | undefined;
  send(message: OutgoingMessage): Promise<SendOutcome>;
}

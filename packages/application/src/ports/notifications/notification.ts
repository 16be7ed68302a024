import type { TrainingNotificationType } from '@trainyard/domain';
import type { Gate } from '../training-store/index.ts';

interface NotificationBase {
  /** Deterministic: the same event yields the same id, so that a repeated write adds no second notification. */
  readonly id: string;
  /** When the event happened, epoch ms. */
  readonly at: number;
}

/**
 * A change of a training. The training is loaded when the deliveries are created; only the reason of a mark is stored,
 * because a mark may be cleared by then.
 */
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
/** The gate closed, or reopened; `gate` is the closed gate in both cases. */
export type GateNotification = NotificationBase & {
  readonly type: 'gate.closed' | 'gate.opened';
  readonly gate: Gate;
};
/** An event of the system as a whole; `data` is delivered unchanged. */
export type SystemNotification = NotificationBase & {
  readonly type: 'budget.reached' | 'alarm.raised';
  readonly data: Readonly<Record<string, unknown>>;
};
/** An event that is delivered to subscribers (docs/concepts/notifications.md). */
export type Notification = TrainingNotification | BatchNotification | GateNotification | SystemNotification;

/** All types, in the order of the documentation. */
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

/** The type of a test message, which is sent only on request, to check a destination. */
export const TEST_MESSAGE_TYPE = 'notification.test';

/** The delivery job that turns notifications of the outbox into deliveries; every other delivery job is named by its channel. */
export const CREATE_DELIVERIES_JOB = '#create_deliveries';

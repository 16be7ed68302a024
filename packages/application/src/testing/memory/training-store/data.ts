import type { Batch, BatchPlan, PaceSample, ProgressPoint, Schedule, Training } from '@trainyard/domain';
import type { Delivery, Notification } from '../../../ports/notifications/index.ts';
import type { Session } from '../../../ports/sessions.ts';
import type { JobResult } from '../../../ports/training-queue.ts';
import type {
  AcceptResult,
  Alarm,
  AlarmCode,
  CurveRef,
  EventRecord,
  Gate,
  ReceivedWebhook,
  RunCheck,
  RunOwner,
  SavedResponse,
  StreakName,
} from '../../../ports/training-store/index.ts';
import type { MemoryDatasetReport } from '../dataset-reports.ts';

/** All that the in-memory backend stores: plain values, so that a copy of it is a copy of the whole state store. */
export interface MemoryData {
  readonly trainings: Map<string, Training>;
  readonly events: Map<string, readonly EventRecord[]>;
  /** Training ids by `kind:name`. */
  readonly aliases: Map<string, string>;
  /** The owners of runs by `endpoint:run id`. */
  readonly runs: Map<string, RunOwner>;
  readonly claims: Map<string, MemoryClaim>;
  readonly activeAttempts: Map<string, MemorySlot>;
  readonly pendingBackups: Map<string, number>;
  /** When each training that can be pruned ended, epoch ms. */
  readonly prunable: Map<string, number>;
  readonly webhooks: Map<string, readonly ReceivedWebhook[]>;
  readonly runChecks: Map<string, RunCheck>;
  /** The time of each requested poll in real ms. */
  readonly pollClaims: Map<string, number>;
  readonly curves: Map<string, { readonly curve: CurveRef; readonly points: readonly ProgressPoint[] }>;
  readonly alarms: Map<AlarmCode, Alarm>;
  readonly control: MemoryControl;
  readonly budgets: MemoryBudgets;
  readonly jobs: Map<string, MemoryJob>;
  /** When each reconcile job and each delivery job is due, epoch ms. */
  readonly reconcileJobs: Map<string, number>;
  readonly deliveryJobs: Map<string, number>;
  /** Notifications by outbox id, with the time from which they are due. */
  readonly outbox: Map<string, { readonly notification: Notification; readonly dueAt: number }>;
  readonly knownNotifications: Set<string>;
  readonly deliveries: Map<string, Delivery>;
  readonly batches: Map<string, { readonly batch: Batch; readonly plan: BatchPlan }>;
  readonly pendingBatchBackups: Map<string, number>;
  readonly sessions: Map<string, Session>;
  /** Dataset reports by `kind:id`. */
  readonly datasetReports: Map<string, MemoryDatasetReport>;
  schedule: Schedule;
  /** Numbers jobs in the order in which they were added. */
  sequence: number;
}

/** A claimed Idempotency-Key, of an accepted training or of a call. */
export interface MemoryClaim {
  readonly fingerprint: string;
  readonly accepted?: Extract<AcceptResult, { kind: 'replayed' }>;
  readonly owner?: string;
  /** Until when its owner's call is in flight, epoch ms. */
  readonly until?: number;
  readonly response?: SavedResponse;
  readonly note?: string;
}

/** An active attempt with the cost that it is expected to have, in millionths of a USD. */
interface MemorySlot {
  readonly attempt: number;
  readonly since: number;
  readonly expected?: number;
}

/** Consecutive results of the same kind. */
export interface MemoryStreak {
  readonly value: string | undefined;
  readonly count: number;
  readonly members: readonly string[];
}

/** Dispatch control, with the streaks and the counter of refused starts. */
export interface MemoryControl {
  maxConcurrency: number;
  paused: boolean;
  reason?: string | undefined;
  gate?: Gate | undefined;
  epoch?: string | undefined;
  highWaterMark?: string | undefined;
  readonly streaks: Map<StreakName, MemoryStreak>;
  refused?: { readonly amount: number; readonly at: number } | undefined;
}

/** Amounts are whole millionths of a USD; a null limit was removed by an operator. */
export interface MemoryBudgets {
  readonly limits: Map<'day' | 'month' | `batch:${string}`, number | null>;
  /** Spent amounts and counts by period, `PERIOD:assumed` and `PERIOD:unknown`. */
  readonly spend: Map<string, number>;
  /** The amount that each training of a batch has spent or reserved, by batch id and training id. */
  readonly batchBudgets: Map<string, Map<string, number>>;
  readonly pace: Map<string, readonly PaceSample[]>;
}

/** A job of the queue of trainings. Times are epoch ms of the clock of the test. */
export interface MemoryJob {
  readonly id: string;
  name: string;
  priority: number;
  state: 'waiting' | 'delayed' | 'active' | 'finished';
  order: number;
  dueAt: number;
  lockToken?: string | undefined;
  claimedAt: number;
  result?: JobResult;
  percent?: number;
  lines: readonly string[];
}

/** An in-memory state store; `data` is replaced as a whole by a restored copy. */
export interface MemoryState {
  data: MemoryData;
}

/** Creates the data of an empty state store with this concurrency limit (0: not set). */
export function createMemoryData(maxConcurrency: number): MemoryData {
  return {
    trainings: new Map(),
    events: new Map(),
    aliases: new Map(),
    runs: new Map(),
    claims: new Map(),
    activeAttempts: new Map(),
    pendingBackups: new Map(),
    prunable: new Map(),
    webhooks: new Map(),
    curves: new Map(),
    runChecks: new Map(),
    pollClaims: new Map(),
    alarms: new Map(),
    control: { maxConcurrency, paused: false, streaks: new Map() },
    budgets: { limits: new Map(), spend: new Map(), batchBudgets: new Map(), pace: new Map() },
    jobs: new Map(),
    reconcileJobs: new Map(),
    deliveryJobs: new Map(),
    outbox: new Map(),
    knownNotifications: new Set(),
    deliveries: new Map(),
    batches: new Map(),
    pendingBatchBackups: new Map(),
    sessions: new Map(),
    datasetReports: new Map(),
    schedule: { rev: 0, handledUpTo: 0, ticks: [] },
    sequence: 0,
  };
}

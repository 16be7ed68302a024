import type {
  FailureClass,
  Queued,
  Subject,
  Training,
  TrainingEvent,
  TrainingRequest,
  TrainingStatus,
} from '@trainyard/domain';
import type { IdempotencyClaims } from './idempotency-claims.ts';
import type { AcceptResult, SaveResult, StartResult } from './store-results.ts';

/** One change of a training, as it is kept and streamed (SPEC §2). `seq` is the revision that it made. */
export interface EventRecord {
  readonly seq: number;
  readonly at: number;
  readonly type: TrainingEvent['type'] | 'accepted' | 'restored';
  readonly from: TrainingStatus | null;
  readonly to: TrainingStatus;
  readonly cause: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A caller's Idempotency-Key with the fingerprint of its body. */
export interface IdempotencyClaim {
  readonly key: string;
  readonly fingerprint: string;
}

export interface TrainingQuery {
  readonly status?: readonly TrainingStatus[];
  readonly subject?: Partial<Subject>;
  readonly batchId?: string;
  readonly needsAttention?: boolean;
  readonly userId?: string;
  readonly tenantId?: string;
  readonly limit: number;
  /** The id of the last training that was shown. */
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/** A live attempt in the ledger. */
export interface ActiveAttempt {
  readonly trainingId: string;
  readonly attempt: number;
  readonly since: number;
}

/**
 * Why nothing is dispatched, and what opens the gate again: that the endpoint answers, that it has a worker, or that a
 * while has passed and one training is tried (SPEC §2), or that the object store takes and gives again.
 */
export interface Gate {
  readonly reason: string;
  readonly since: number;
  readonly reopensWhen: 'health_answer' | 'worker' | 'probe_run' | 'store_probe';
  /** One training may pass, and which attempt of which has: nothing else is fetched until it is judged. */
  readonly probeRun?: { readonly since: number; readonly trainingId?: string; readonly attempt?: number };
  /** When the last trial came to nothing; the next one is that much later. */
  readonly probeFailedAt?: number;
}

/** Whether trainings are taken from the queue at all, and how many may live (SPEC §2). */
export interface DispatchControl {
  readonly maxConcurrency: number;
  /** A person's pause. */
  readonly paused: boolean;
  readonly reason?: string;
  /** Closed by a fault that would meet every training alike. */
  readonly gate?: Gate;
  /** Which life of the record this is; absent in one that was never set up, or was lost (SPEC §7). */
  readonly epoch?: string;
  /** How far it has come in that life; only grows. Absent before the first was made. */
  readonly highWaterMark?: string;
}

/** A revision that the journal does not hold yet. */
export interface PendingBackup {
  readonly trainingId: string;
  readonly rev: number;
}

/** What is kept of a webhook (SPEC §5.3): a hint for the reconciler, never the truth. */
export interface ReceivedWebhook {
  readonly at: number;
  readonly attempt: number;
  readonly runId?: string;
  readonly status?: string;
  readonly output?: unknown;
  readonly error?: unknown;
}

/** How many there are of what an operator watches. */
export interface TrainingCounts {
  readonly byStatus: Readonly<Record<TrainingStatus, number>>;
  readonly slotsUsed: number;
  readonly needsAttention: number;
  /** Trainings whose present state the journal does not hold yet. */
  readonly pendingBackups: number;
}

/**
 * Faults that nothing is done about by itself, since a person must look: the endpoint has more live runs than we know
 * (SPEC §2), or a live attempt has no active job (DESIGN §4 rule 7).
 */
export type AlarmCode = 'endpoint_runs_unknown' | 'live_attempt_without_active_job' | 'recover_required';

/** What was read again and again without a good reading in between. */
export interface Alarm {
  readonly code: AlarmCode;
  /** When it was read first. Epoch ms. */
  readonly since: number;
  readonly readings: number;
  /** What was read last. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * The record of every training, with its events, indexes and the ledger of live attempts. Each method that writes is
 * atomic, and recognises itself when it is run again after a lost reply.
 */
export interface TrainingStore {
  /** Keys of calls that are no acceptance. */
  readonly idempotencyClaims: IdempotencyClaims;
  /**
   * Saves a new training unless the claim, the subject or its batch's purse forbids it. `exclusive`: refuse a busy
   * subject. `batchBudgetUsd` fills the purse of its batch, unless it has one.
   */
  accept(
    training: Queued,
    options: {
      readonly claim?: IdempotencyClaim;
      readonly exclusive: boolean;
      readonly batchBudgetUsd?: number;
    },
  ): Promise<AcceptResult>;
  /** What became of this key before; undefined when it is new. */
  findAccepted(
    claim: IdempotencyClaim,
  ): Promise<Exclude<AcceptResult, { kind: 'accepted' | 'subject_busy' | 'over_budget' }> | undefined>;
  load(id: string): Promise<Training | undefined>;
  /** Loads many at once, in this order; what is not on record is left out. */
  loadAll(ids: readonly string[]): Promise<readonly Training[]>;
  /** Saves the next revision; `stale` when another writer was first: load again and decide anew. */
  save(training: Training, event: TrainingEvent, before: Training): Promise<SaveResult>;
  /** Saves `submission_started` and takes the slot, if the bound and the job's lock allow it. */
  start(
    training: Training,
    event: TrainingEvent,
    from: { readonly before: Training; readonly previousLockToken?: string },
  ): Promise<StartResult>;
  /** Newest first. */
  list(query: TrainingQuery): Promise<Page<Training>>;
  listEvents(id: string, afterSeq?: number): Promise<readonly EventRecord[]>;
  /** The training known by one of its other names: job_id, request_id, runpod_job_id. */
  findByAlias(alias: string): Promise<string | undefined>;
  /** Ids of the subject's trainings that have not ended. */
  listUnfinished(subject: Subject): Promise<readonly string[]>;
  /** Those of these actors that have a training which has not ended. */
  findBusyActors(actorIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Ids of all trainings that the world still owes something. */
  listPending(): AsyncIterable<string>;
  listActiveAttempts(): Promise<readonly ActiveAttempt[]>;
  count(status: TrainingStatus): Promise<number>;
  getControl(): Promise<DispatchControl>;
  /** Changes only what is named; `gate: null` opens the gate, and `trial` is offered at a closed one, or has failed. */
  setControl(change: {
    readonly maxConcurrency?: number;
    readonly paused?: boolean;
    readonly reason?: string;
    readonly gate?: DispatchControl['gate'] | null;
    readonly probeRun?: { readonly since: number } | { readonly failedAt: number };
  }): Promise<DispatchControl>;
  /**
   * Counts runs in a row that ended in the same class of failure; undefined stands for a good end and begins anew.
   * The same run is counted once. @returns how many there are now, this one included
   */
  recordRunResult(runId: string, failure: FailureClass | undefined): Promise<number>;
  /** Gives the record its epoch unless it has one. @returns the epoch that it has now */
  establishEpoch(epoch: string): Promise<string>;
  /** Puts a mark in the place of the one that was read, unless another was quicker. */
  advanceHighWaterMark(from: string | undefined, to: string): Promise<void>;
  /** Takes the epoch from a record that still has this mark: what it holds is not to be worked from. */
  fence(highWaterMark: string | undefined): Promise<void>;
  /** Ids of trainings whose state changed since it was last journalled, each with the revision to be written. */
  listPendingBackups(limit: number): Promise<readonly PendingBackup[]>;
  /** The journal holds this revision; a newer one is still owed. */
  markBackedUp(pending: PendingBackup): Promise<void>;
  /**
   * Puts a training back as it was, with its slot if it holds one, in the place of the copy `before` where there is one.
   * `known`: another copy is on record; it is left alone.
   */
  restore(training: Training, before?: Training): Promise<'restored' | 'known'>;
  /** Keeps the newest five notes of an attempt. */
  recordWebhook(trainingId: string, webhook: ReceivedWebhook): Promise<void>;
  listWebhooks(trainingId: string, attempt: number): Promise<readonly ReceivedWebhook[]>;
  getCounts(): Promise<TrainingCounts>;
  listAlarms(): Promise<readonly Alarm[]>;
  /** Keeps a bad reading, or forgets those before after a good one. @returns what was kept before, and is now */
  recordReading(
    code: AlarmCode,
    reading: { readonly at: number; readonly detail: Alarm['detail'] | undefined },
  ): Promise<{ readonly before?: Alarm; readonly after?: Alarm }>;
  /** Ids of trainings that have ended before this moment, are recorded and not yet shrunk; the oldest first. */
  listPrunable(at: number, limit: number): Promise<readonly string[]>;
  /** Puts this summary in the place of the request and lets the events go, unless the training has changed since. */
  prune(training: Training, summary: TrainingRequest): Promise<void>;
  /** Whether so little room is left that it must be kept for what runs. */
  isFull(): Promise<boolean>;
  /** Whether the store answers. Thrown when it does not. */
  ping(): Promise<void>;
}

/** Thrown when the record cannot be reached, or does nothing just now; nothing is known to have changed. */
export class StoreUnavailableError extends Error {
  readonly code = 'redis_unavailable';
  readonly retryable = true;
  /** Why it does nothing just now, where it says so itself: then nothing was changed. */
  readonly reason: string | undefined;
  constructor(cause: unknown, reason?: string) {
    const problem = reason === undefined ? 'cannot be reached' : `cannot be used just now: ${reason}`;
    super(`The record of the trainings ${problem}`, { cause });
    this.name = 'StoreUnavailableError';
    this.reason = reason;
  }
}

/**
 * Thrown when a training is on record and cannot be read: another version of the program wrote it, or something else
 * did. It is there: it is neither missing nor to be written over.
 */
export class UnreadableTrainingError extends Error {
  readonly code = 'training_unreadable';
  readonly retryable = false;
  readonly trainingId: string;
  constructor(trainingId: string, fault: string, options?: ErrorOptions) {
    super(`The record of training ${trainingId} cannot be read: ${fault}`, options);
    this.name = 'UnreadableRecordError';
    this.trainingId = trainingId;
  }
}

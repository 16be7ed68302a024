import type { Subject, Training, TrainingEvent, TrainingStatus } from '@trainyard/domain';

/** A change of a training, as it is stored and streamed. `seq` is the revision that the change made. */
export interface EventRecord {
  readonly seq: number;
  /** Epoch ms. */
  readonly at: number;
  readonly type: TrainingEvent['type'] | 'accepted' | 'restored';
  /** The status before; null for the first event. */
  readonly from: TrainingStatus | null;
  readonly to: TrainingStatus;
  /** The source of the change: a process, a webhook, or a caller. */
  readonly cause: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The filters of a list of trainings; an absent filter matches every training. */
export interface TrainingQuery {
  readonly status?: readonly TrainingStatus[];
  /** Any spelling of the id; without a kind it matches an actor by its number and a style by its text. */
  readonly subject?: Partial<Subject>;
  readonly batchId?: string;
  readonly needsAttention?: boolean;
  readonly userId?: string;
  readonly tenantId?: string;
  /** The length of the page. */
  readonly limit: number;
  /** The id of the last training of the page before. */
  readonly cursor?: string;
}

/** A page of a list; the last page has no `nextCursor`. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/** An attempt that holds a slot. */
export interface ActiveAttempt {
  readonly trainingId: string;
  readonly attempt: number;
  /** When the slot was acquired, epoch ms. */
  readonly since: number;
}

/** The attempt that owns a run. */
export interface RunOwner {
  readonly trainingId: string;
  readonly attempt: number;
  /** The provider named the run in its answer to the submission of this attempt. */
  readonly answered?: true;
}

/** The counts that an operator monitors. */
export interface TrainingCounts {
  readonly byStatus: Readonly<Record<TrainingStatus, number>>;
  readonly slotsUsed: number;
  readonly needsAttention: number;
  /** Trainings whose current state is not in the backup yet. */
  readonly pendingBackups: number;
}

/**
 * Reads of trainings, their events and indexes, and of the active attempts. Every method throws StoreUnavailableError
 * while the state store is unavailable.
 */
export interface TrainingReads {
  /** Throws UnreadableTrainingError for a training that this version cannot parse. */
  load(id: string): Promise<Training | undefined>;
  /** Loads many trainings in the given order; unknown ids are left out. Throws UnreadableTrainingError. */
  loadAll(ids: readonly string[]): Promise<readonly Training[]>;
  /** Newest first; pages stay stable while trainings are added. Throws UnreadableTrainingError. */
  list(query: TrainingQuery): Promise<Page<Training>>;
  /** The ids of the same page; reads no training. */
  listIds(query: TrainingQuery): Promise<Page<string>>;
  /** Events with a `seq` above `afterSeq`, oldest first: the first event and the newest 499. */
  listEvents(id: string, afterSeq?: number): Promise<readonly EventRecord[]>;
  /** The id of the training with this run id, job id or request id, in that order. */
  findByAlias(alias: string): Promise<string | undefined>;
  /** The attempt that owns the run of this endpoint; undefined for a run that no attempt was ever given. */
  findRunOwner(endpointId: string, runId: string): Promise<RunOwner | undefined>;
  /** Ids of the subject's unfinished trainings. */
  listUnfinished(subject: Subject): Promise<readonly string[]>;
  /** Those of the given ids, in their spelling, whose actors have an unfinished training. */
  findBusyActors(actorIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Ids of all trainings with pending obligations: every training but those that are settled. */
  listPending(): AsyncIterable<string>;
  listActiveAttempts(): Promise<readonly ActiveAttempt[]>;
  /** The number of trainings in this status. */
  count(status: TrainingStatus): Promise<number>;
  getCounts(): Promise<TrainingCounts>;
  /** Whether so little memory is left that it is reserved for running trainings. */
  isFull(): Promise<boolean>;
  /** Throws StoreUnavailableError unless the state store takes a write; a full or read-only one names its state. */
  ping(): Promise<void>;
}

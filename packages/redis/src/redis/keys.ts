import type { Subject } from '@trainyard/domain';

/** The hash tag under which everything lies unless another is named. */
export const DEFAULT_PREFIX = '{trainyard}';

/** How many changes the stream keeps at least: twice what SPEC §5.4 promises. */
export const STREAM_MAX_LENGTH = 20_000;

/** The three queues (DESIGN §4). */
/** The queues (DESIGN §4, ADR 9). */
export const QUEUES = {
  trainings: 'trainings',
  reconcile: 'reconcile',
  maintenance: 'maintenance',
  notifications: 'notifications',
} as const;

/** Every key beside BullMQ's own. All share one hash tag. */
export function createKeys(prefix: string, timeZone = 'UTC') {
  return {
    /** Where the clock hangs that parts days and months of spending. */
    timeZone,
    training: (id: string) => `${prefix}:training:${id}`,
    events: (id: string) => `${prefix}:events:${id}`,
    /** Each kind of name has a space of its own: a caller's request id never hides a job or a run. */
    alias: (kind: 'run' | 'job' | 'request', name: string) => `${prefix}:alias:${kind}:${name}`,
    claim: (key: string) => `${prefix}:claim:${key}`,
    webhooks: (id: string, attempt: number) => `${prefix}:webhooks:${id}:${attempt}`,
    live: (subject: Subject) => `${prefix}:live:${subject.kind}:${subject.id}`,
    /** Begins the name of every index of trainings. */
    trainingIndex: `${prefix}:index`,
    pending: `${prefix}:pending`,
    /** Recorded ends by their moment, until they are shrunk. */
    prunable: `${prefix}:prunable`,
    activeAttempts: `${prefix}:active-attempts`,
    /** Trainings whose present state the journal does not hold, by the revision that it should. */
    pendingBackups: `${prefix}:backup-pending`,
    batch: (id: string) => `${prefix}:batch:${id}`,
    batches: `${prefix}:batches`,
    openBatches: `${prefix}:batches:open`,
    pendingBatchBackups: `${prefix}:batches:backup-pending`,
    /** When auto-train runs by itself, and what became of its ticks. */
    schedule: `${prefix}:schedule`,
    control: `${prefix}:control`,
    /** News that is still to be told, by the moment from which it is due. */
    outbox: `${prefix}:outbox`,
    /** That this notification was put down once. */
    notification: (id: string) => `${prefix}:notification:${id}`,
    delivery: (id: string) => `${prefix}:delivery:${id}`,
    /** What a channel has to send, by when. */
    channelDue: (channel: string) => `${prefix}:channel:${channel}`,
    channels: `${prefix}:channels`,
    deliveryIndex: `${prefix}:index:deliveries`,
    deliveryIndexBy: (by: 'training' | 'destination' | 'state', name: string) =>
      `${prefix}:index:deliveries:${by}:${name}`,
    /** What may be spent: `day`, `month`, and a batch-budget per batch. */
    budgets: `${prefix}:budgets`,
    batchBudgetField: (batchId: string) => `batch:${batchId}`,
    /** What each training of a batch has taken from its batch-budget, and all together. */
    batchBudget: (batchId: string) => `${prefix}:batch-budget:${batchId}`,
    /** What each day and month have paid. */
    spend: `${prefix}:spend`,
    /** The newest finished runs of a pool. */
    pace: (pool: string) => `${prefix}:pace:${pool}`,
    stream: `${prefix}:stream`,
    alarms: `${prefix}:alarms`,
    /** The public address of the tunnel, while somebody keeps it up. */
    publicAddress: `${prefix}:public-address`,
    /** BullMQ's: the jobs being worked on, and the lock of one. */
    activeJobs: `${prefix}:${QUEUES.trainings}:active`,
    job: (id: string) => `${prefix}:${QUEUES.trainings}:${id}`,
    jobLock: (id: string) => `${prefix}:${QUEUES.trainings}:${id}:lock`,
  };
}

export type Keys = ReturnType<typeof createKeys>;

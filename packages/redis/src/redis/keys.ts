import { type Subject, toSubjectId } from '@trainyard/domain';

/** The hash tag of all keys unless the settings name a different prefix. */
export const DEFAULT_PREFIX = '{trainyard}';

/** The shortest length to which Redis trims the stream of changes: twice the 10 000 that the API promises. */
export const STREAM_MAX_LENGTH = 20_000;

/** The BullMQ queues (docs/concepts/dispatch-and-slots.md). */
export const QUEUES = {
  trainings: 'trainings',
  reconcile: 'reconcile',
  maintenance: 'maintenance',
  notifications: 'notifications',
} as const;

/** The names of all keys in Redis, and the time zone that separates days and months of spending. */
export type Keys = ReturnType<typeof createKeys>;

/** Builds the key names under a prefix. A hash tag as prefix keeps all keys in the same slot, so that a script can use them. */
export function createKeys(prefix: string, timeZone = 'UTC') {
  return {
    /** The IANA time zone in which the days and months of spending start. */
    timeZone,
    ...createTrainingKeys(prefix),
    ...createControlKeys(prefix),
    ...createBatchKeys(prefix),
    ...createDeliveryKeys(prefix),
    ...createBudgetKeys(prefix),
    ...createJobKeys(prefix),
  };
}

function createTrainingKeys(prefix: string) {
  return {
    training: (id: string) => `${prefix}:training:${id}`,
    events: (id: string) => `${prefix}:events:${id}`,
    /** A namespace per kind: a caller's request id never hides a job id or a run id. */
    alias: (kind: 'run' | 'job' | 'request', name: string) => `${prefix}:alias:${kind}:${name}`,
    /** The attempt that owns a run. It has no expiry: a run belongs to one attempt for ever. */
    runOwner: (endpointId: string, runId: string) => `${prefix}:run:${endpointId}:${runId}`,
    webhooks: (id: string, attempt: number) => `${prefix}:webhooks:${id}:${attempt}`,
    /** The loss curve of an attempt. */
    curve: (id: string, attempt: number) => `${prefix}:curve:${id}:${attempt}`,
    /** The last answer of the provider about the run of a training. */
    runCheck: (id: string) => `${prefix}:run-check:${id}`,
    /** Exists for a second after a requested poll. */
    pollClaim: (id: string) => `${prefix}:poll-claim:${id}`,
    /** The attempts with a loss curve in Redis. */
    curves: `${prefix}:curves`,
    /** Ids of the subject's unfinished trainings. */
    unfinished: (subject: Subject) =>
      `${prefix}:unfinished:${subject.kind}:${toSubjectId(subject.kind, subject.id)}`,
    /** The start of the name of every index of trainings. */
    trainingIndex: `${prefix}:index`,
    /** Ids of trainings with pending obligations. */
    pending: `${prefix}:pending`,
    /** Trainings to prune, by the time of their end. */
    prunable: `${prefix}:prunable`,
    /** The active attempt of each training that holds a slot. */
    activeAttempts: `${prefix}:active-attempts`,
    /** Trainings without a backup of their current revision, by that revision. */
    pendingBackups: `${prefix}:backup-pending`,
  };
}

function createControlKeys(prefix: string) {
  return {
    control: `${prefix}:control`,
    alarms: `${prefix}:alarms`,
    /** The stream of changes that the live-event feed reads. */
    stream: `${prefix}:stream`,
    claim: (key: string) => `${prefix}:claim:${key}`,
    /** Written by each readiness check: a full or read-only Redis still answers PING. */
    writeCheck: `${prefix}:write-check`,
    /** Written before each WAIT, so that it covers every earlier write. */
    replicationCheck: `${prefix}:replication-check`,
    /** The fault of the object store that a process met, until it ends or expires. */
    storeFault: `${prefix}:object-store-fault`,
    /** The public URL of the tunnel, while its process renews the lease. */
    publicUrl: `${prefix}:public-url`,
    /** The newest event of the tunnel. */
    tunnelEvent: `${prefix}:tunnel:event`,
    /** The newest tunnel that was open. */
    tunnelOpened: `${prefix}:tunnel:opened`,
    /** The time of the newest webhook. */
    lastWebhook: `${prefix}:last-webhook`,
    /** The newest dataset report of a subject. */
    datasetReport: ({ kind, id }: Subject) => `${prefix}:dataset-report:${kind}:${id}`,
    /** The digest of the API key of each session. */
    sessions: `${prefix}:sessions`,
    /** Sessions by the time of their expiry. */
    sessionExpiry: `${prefix}:sessions:expiry`,
  };
}

function createBatchKeys(prefix: string) {
  return {
    batch: (id: string) => `${prefix}:batch:${id}`,
    batches: `${prefix}:batches`,
    openBatches: `${prefix}:batches:open`,
    pendingBatchBackups: `${prefix}:batches:backup-pending`,
    /** The schedule of auto-train, with its latest ticks. */
    schedule: `${prefix}:schedule`,
  };
}

function createDeliveryKeys(prefix: string) {
  return {
    /** Notifications to publish, by the time from which they are due. */
    outbox: `${prefix}:outbox`,
    /** The marker of a notification that was added to the outbox. */
    notification: (id: string) => `${prefix}:notification:${id}`,
    delivery: (id: string) => `${prefix}:delivery:${id}`,
    /** Pending deliveries of a channel, by the time from which they are due. */
    channelDue: (channel: string) => `${prefix}:channel:${channel}`,
    /** Channels with pending deliveries. */
    channels: `${prefix}:channels`,
    deliveryIndex: `${prefix}:index:deliveries`,
    deliveryIndexBy: (by: 'training' | 'destination' | 'state', name: string) =>
      `${prefix}:index:deliveries:${by}:${name}`,
  };
}

function createBudgetKeys(prefix: string) {
  return {
    /** The limits: fields `day`, `month`, and a field for each batch. */
    budgets: `${prefix}:budgets`,
    batchBudgetField: (batchId: string) => `batch:${batchId}`,
    /** The use of a batch budget: a field for each training, and their sum in `used`. */
    batchBudget: (batchId: string) => `${prefix}:batch-budget:${batchId}`,
    /** The costs of each day and month. */
    spend: `${prefix}:spend`,
    /** The pace samples of a pool: its newest finished runs. */
    pace: (pool: string) => `${prefix}:pace:${pool}`,
  };
}

/** Keys of BullMQ's queue of trainings. */
function createJobKeys(prefix: string) {
  const queue = `${prefix}:${QUEUES.trainings}`;
  return {
    activeJobs: `${queue}:active`,
    delayedJobs: `${queue}:delayed`,
    jobsMeta: `${queue}:meta`,
    job: (id: string) => `${queue}:${id}`,
    jobLock: (id: string) => `${queue}:${id}:lock`,
  };
}

import type { PublishedChange } from '@trainyard/application';
import type { Subject } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import { type Keys, STREAM_MAX_LENGTH } from '../redis/keys.ts';
import { runScript, type ScriptName } from './commands.ts';

/** A batch revision as the scripts write it; documents are JSON. */
export interface BatchChange {
  readonly id: string;
  readonly rev: number;
  readonly isOpen: boolean;
  readonly document: string;
  /** Absent: the stored plan stays. */
  readonly plan?: string;
  /** The next revision of the schedule, for a batch that a tick started. */
  readonly schedule?: { readonly rev: number; readonly document: string };
}

/** Saves a new batch, together with its schedule if it has a schedule. */
export async function createBatch(
  redis: Redis,
  keys: Keys,
  change: BatchChange,
): Promise<'created' | 'known' | 'stale'> {
  return (await writeBatch(redis, 'create-batch', keys, change)) as 'created' | 'known' | 'stale';
}

/** Saves the next revision of a batch by compare-and-swap. */
export async function saveBatch(redis: Redis, keys: Keys, change: BatchChange): Promise<'saved' | 'stale'> {
  return (await writeBatch(redis, 'save-batch', keys, change)) as 'saved' | 'stale';
}

/** Restores a batch from its backup. */
export async function restoreBatch(
  redis: Redis,
  keys: Keys,
  change: BatchChange,
): Promise<'restored' | 'known'> {
  return (await writeBatch(redis, 'restore-batch', keys, change)) as 'restored' | 'known';
}

/** Saves the next revision of the schedule by compare-and-swap. */
export async function saveSchedule(
  redis: Redis,
  keys: Keys,
  { rev, document }: { readonly rev: number; readonly document: string },
): Promise<'saved' | 'stale'> {
  const args = [document, rev, STREAM_MAX_LENGTH];
  return (await runScript(redis, 'save-schedule', [keys.schedule, keys.stream], args)) as 'saved' | 'stale';
}

/** Saves the dataset report of a subject unless a later time is stored. */
export async function saveDatasetReport(
  redis: Redis,
  keys: Keys,
  subject: Subject,
  { at, document, ttlMs }: { readonly at: number; readonly document: string; readonly ttlMs: number },
): Promise<void> {
  await runScript(redis, 'save-dataset-report', [keys.datasetReport(subject)], [at, document, ttlMs]);
}

/** Adds a notification to the outbox once within the time to live of its marker. */
export async function addNotification(
  redis: Redis,
  keys: Keys,
  notification: { readonly id: string; readonly at: number; readonly document: string },
  markerTtlSeconds: number,
): Promise<void> {
  const { id, at, document } = notification;
  const args = [document, at, markerTtlSeconds];
  await runScript(redis, 'add-notification', [keys.outbox, keys.notification(id)], args);
}

/** Appends a change that no script writes to the stream. */
export async function appendChange(redis: Redis, keys: Keys, change: PublishedChange): Promise<void> {
  const value = change.kind === 'subject' ? JSON.stringify(change.subject) : '1';
  await redis.xadd(keys.stream, 'MAXLEN', '~', STREAM_MAX_LENGTH, '*', change.kind, value);
}

/** A delivery revision as the scripts write it. */
export interface DeliveryChange {
  readonly id: string;
  readonly channel: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly document: string;
}

/** Saves a new delivery. */
export async function createDelivery(
  redis: Redis,
  keys: Keys,
  change: DeliveryChange,
): Promise<'created' | 'known'> {
  return (await writeDelivery(redis, 'create-delivery', keys, change)) as 'created' | 'known';
}

/** Saves the next revision of a delivery by compare-and-swap. */
export async function saveDelivery(
  redis: Redis,
  keys: Keys,
  change: DeliveryChange,
): Promise<'saved' | 'stale'> {
  return (await writeDelivery(redis, 'save-delivery', keys, change)) as 'saved' | 'stale';
}

function writeBatch(redis: Redis, script: ScriptName, keys: Keys, change: BatchChange): Promise<unknown> {
  const { id, rev, isOpen, document, plan = '', schedule } = change;
  return runScript(
    redis,
    script,
    [keys.batch(id), keys.batches, keys.openBatches, keys.pendingBatchBackups, keys.schedule, keys.stream],
    [
      id,
      document,
      plan,
      rev,
      isOpen ? 'open' : 'ended',
      STREAM_MAX_LENGTH,
      schedule?.document ?? '',
      schedule?.rev ?? 0,
    ],
  );
}

function writeDelivery(
  redis: Redis,
  script: ScriptName,
  keys: Keys,
  { id, channel, facts, document }: DeliveryChange,
): Promise<unknown> {
  const deliveryKeys = [keys.delivery(id), keys.channelDue(channel), keys.channels];
  return runScript(redis, script, deliveryKeys, [JSON.stringify(facts), document]);
}

/** Saves a session and ends the oldest sessions above the limit. @returns its time of expiry, epoch ms */
export async function openSession(
  redis: Redis,
  keys: Keys,
  session: { readonly id: string; readonly keyDigest: string; readonly ttlMs: number },
  limit: number,
): Promise<number> {
  const args = [session.id, session.keyDigest, session.ttlMs, limit];
  return Number(await runScript(redis, 'open-session', [keys.sessions, keys.sessionExpiry], args));
}

/** Finds the key digest and the time of expiry (epoch ms) of a session; an empty list for an unknown or expired session. */
export async function findSession(redis: Redis, keys: Keys, id: string): Promise<readonly string[]> {
  const found = await runScript(redis, 'find-session', [keys.sessions, keys.sessionExpiry], [id]);
  return found as readonly string[];
}

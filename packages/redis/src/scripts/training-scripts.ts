import type { SaveResult, StartResult } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { type Keys, STREAM_MAX_LENGTH } from '../redis/keys.ts';
import { runScript, type ScriptName } from './commands.ts';

/** A training revision as the scripts write it. */
export interface TrainingChange {
  /** The keys of every script that writes a training, in the order of `includes/training-change.lua`. */
  readonly keys: readonly string[];
  /** The facts that the scripts read as `c`; `nonce` identifies the write when it is sent again. */
  readonly facts: Readonly<Record<string, unknown>> & { readonly nonce: string };
  /** The training as JSON, without its frozen request. */
  readonly document: string;
  /** The event as JSON. */
  readonly event: string;
  /** The frozen request as JSON; only with the first revision in Redis. */
  readonly request?: string;
}

/** Saves a new training. @returns the result and its details, e.g. `['conflict', id]` */
export async function acceptTraining(redis: Redis, change: TrainingChange): Promise<readonly string[]> {
  return (await writeTraining(redis, 'accept-training', change)) as readonly string[];
}

/** Saves the next revision by compare-and-swap. */
export async function saveTraining(redis: Redis, change: TrainingChange): Promise<SaveResult> {
  return (await writeTraining(redis, 'save-training', change)) as SaveResult;
}

/** Restores a training from its backup. */
export async function restoreTraining(redis: Redis, change: TrainingChange): Promise<'restored' | 'known'> {
  return (await writeTraining(redis, 'restore-training', change)) as 'restored' | 'known';
}

/** A run as the scripts claim it: the key of its owner and the attempt. */
export interface RunFacts {
  readonly key: string;
  readonly attempt: number;
  readonly answered?: true;
}

/** Restores the owners of the runs of a training. */
export async function restoreRuns(
  redis: Redis,
  trainingId: string,
  runs: readonly RunFacts[],
): Promise<void> {
  const keys = runs.map(({ key }) => key);
  await runScript(redis, 'restore-runs', keys, [trainingId, JSON.stringify(runs)]);
}

/** Saves `submission_started` and acquires the slot, under the lock of the training's job. */
export async function startAttempt(
  redis: Redis,
  keys: Keys,
  trainingId: string,
  change: TrainingChange,
): Promise<StartResult> {
  const jobKeys = [keys.jobLock(trainingId), keys.activeJobs];
  return (await writeTraining(redis, 'start-attempt', change, jobKeys)) as StartResult;
}

/** Replaces the frozen request by its summary (JSON) and deletes the events, while the revision is unchanged. */
export async function pruneTraining(
  redis: Redis,
  keys: Keys,
  { id, rev }: { readonly id: string; readonly rev: number },
  summary: string,
): Promise<void> {
  const trainingKeys = [keys.training(id), keys.events(id), keys.prunable];
  await runScript(redis, 'prune-training', trainingKeys, [id, rev, summary]);
}

/** Merges sorted lists of ids into a page, newest first. `before` is the last id of the previous page. */
export async function readPage(
  redis: Redis,
  lists: readonly string[],
  { limit, before }: { readonly limit: number; readonly before: string | undefined },
): Promise<readonly string[]> {
  const upperBound = before === undefined ? '+' : `(${before}`;
  return (await runScript(redis, 'read-page', lists, [limit, upperBound])) as readonly string[];
}

/** Removes a written revision from a list of pending backups; a later revision stays pending. */
export async function confirmBackup(
  redis: Redis,
  pendingBackups: string,
  { id, rev }: { readonly id: string; readonly rev: number },
): Promise<void> {
  await runScript(redis, 'confirm-backup', [pendingBackups], [id, rev]);
}

function writeTraining(
  redis: Redis,
  script: ScriptName,
  { keys, facts, document, event, request }: TrainingChange,
  moreKeys: readonly string[] = [],
): Promise<unknown> {
  const args = [JSON.stringify(facts), document, event, ...(request === undefined ? [] : [request])];
  return runScript(redis, script, [...keys, ...moreKeys], args);
}

/** The facts of `change-control.lua`; absent fields stay unchanged. Times are epoch ms. */
export interface ControlFacts {
  readonly at: number;
  readonly maxConcurrency?: number;
  readonly paused?: boolean;
  readonly reason?: string;
  readonly openGate?: true;
  /** The gate that the opening or the probe run applies to; absent for any gate. */
  readonly expectedSince?: number;
  readonly endStreaks?: true;
  readonly failedRuns?: number;
  /** When the gate to close was closed. */
  readonly gateSince?: number;
  readonly probeSince?: number;
  readonly probeFailedAt?: number;
}

/** Writes the change, with the gate to close and its notification as JSON. */
export async function changeControl(
  redis: Redis,
  keys: Keys,
  facts: ControlFacts,
  closing?: { readonly gate: string; readonly notification: string },
): Promise<void> {
  await runScript(
    redis,
    'change-control',
    [keys.control, keys.outbox, keys.stream],
    [
      JSON.stringify({ ...facts, maxStreamLength: STREAM_MAX_LENGTH }),
      closing?.gate ?? '',
      closing?.notification ?? '',
    ],
  );
}

/** Advances the high-water mark by compare-and-swap; undefined stands for an absent mark. */
export async function advanceHighWaterMark(
  redis: Redis,
  keys: Keys,
  from: string | undefined,
  to: string,
): Promise<void> {
  await runScript(redis, 'advance-high-water-mark', [keys.control], [from ?? '', to]);
}

/** Removes the epoch while the high-water mark is unchanged. */
export async function fence(redis: Redis, keys: Keys, highWaterMark: string | undefined): Promise<void> {
  await runScript(redis, 'fence', [keys.control], [highWaterMark ?? '']);
}

/** Adds a failed reading, or clears the alarm when `detail` is empty. @returns the alarm before and after; '' for an absent alarm */
export async function recordAlarmReading(
  redis: Redis,
  keys: Keys,
  reading: { readonly code: string; readonly at: number; readonly detail: string },
): Promise<readonly [before: string, after: string]> {
  const { code, at, detail } = reading;
  const reply = await runScript(redis, 'record-alarm-reading', [keys.alarms], [code, at, detail]);
  return reply as readonly [string, string];
}

/** Claims an Idempotency-Key. @returns the result and its detail, e.g. `['replayed', response]` */
export async function claimIdempotencyKey(
  redis: Redis,
  claim: string,
  owner: { readonly fingerprint: string; readonly owner: string; readonly leaseMs: number },
  ttlSeconds: number,
): Promise<readonly string[]> {
  const args = [owner.fingerprint, owner.owner, owner.leaseMs, ttlSeconds];
  return (await runScript(redis, 'claim-idempotency-key', [claim], args)) as readonly string[];
}

/** Sets a field of a claim, or deletes the claim when no field is given, while the caller owns it. */
export async function endIdempotencyClaim(
  redis: Redis,
  claim: string,
  owner: string,
  [field, value]: readonly [field: string, value: string] = ['', ''],
): Promise<void> {
  await runScript(redis, 'end-idempotency-claim', [claim], [owner, field, value]);
}

/** Saves a note with a claim unless it has a note. @returns the stored note */
export async function saveIdempotencyNote(redis: Redis, claim: string, note: string): Promise<string> {
  return (await runScript(redis, 'save-idempotency-note', [claim], [note])) as string;
}

/** Extends the lease of the public URL. @returns false when the URL was cleared or replaced */
export async function renewPublicUrl(
  redis: Redis,
  keys: Keys,
  url: string,
  leaseMs: number,
): Promise<boolean> {
  return (await runScript(redis, 'renew-public-url', [keys.publicUrl], [url, leaseMs])) === 1;
}

/** Copies the concurrency limit of the state store to the queue of trainings. */
export async function assertConcurrencyLimit(redis: Redis, keys: Keys): Promise<void> {
  await runScript(redis, 'assert-concurrency-limit', [keys.control, keys.jobsMeta]);
}

/** Removes an id from the active jobs when its job hash does not exist. */
export async function removeMissingJob(redis: Redis, keys: Keys, id: string): Promise<void> {
  await runScript(redis, 'remove-missing-job', [keys.job(id), keys.activeJobs], [id]);
}

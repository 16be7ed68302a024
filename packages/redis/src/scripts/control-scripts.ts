import type { Redis } from 'ioredis';
import { type Keys, STREAM_MAX_LENGTH } from '../redis/keys.ts';
import { runScript } from './commands.ts';

/** The facts of `change-control.lua`; absent fields stay unchanged. Times are epoch ms. */
export interface ControlFacts {
  readonly at: number;
  readonly maxConcurrency?: number;
  readonly paused?: boolean;
  readonly reason?: string;
  readonly openGate?: true;
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

/** Counts consecutive runs of the same failure class; undefined, a success, resets the count. @returns the count */
export async function recordRunResult(
  redis: Redis,
  keys: Keys,
  runId: string,
  failure: string | undefined,
): Promise<number> {
  return Number(await runScript(redis, 'record-run-result', [keys.control], [failure ?? '', runId]));
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

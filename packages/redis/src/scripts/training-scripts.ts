import type { SaveResult, StartResult } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
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

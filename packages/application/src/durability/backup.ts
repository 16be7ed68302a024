import type { Schedule, Training } from '@trainyard/domain';
import pLimit from 'p-limit';
import type { Deps } from '../deps.ts';
import { CorruptDocumentError } from '../errors.ts';
import type { BatchWithPlan } from '../ports/batches.ts';
import type { BudgetLimits } from '../ports/budgets.ts';
import type { DispatchControl } from '../ports/training-store/index.ts';
import { moveCurves } from './curves.ts';
import {
  compareFreshness,
  parseBatch,
  parseSettings,
  parseTraining,
  serializeDocument,
  type UnreadableDocuments,
  writeIfNewer,
} from './documents.ts';
import { checkEpoch } from './epoch.ts';
import { advanceHighWaterMark, publishHighWaterMark } from './high-water-mark.ts';

type BackupDeps = Pick<Deps, 'store' | 'batches' | 'objects' | 'ids'>;
type SettingsDeps = BackupDeps & Pick<Deps, 'budgets'>;

const SETTINGS_KEY = 'data/settings.json';
const TRAINING_PREFIX = 'trainings/';
const BATCH_PREFIX = 'batches/';

/** The highest number of pending backups that a call of {@link backUpTrainings} or {@link backUpBatches} writes. */
export const FLUSH_LIMIT = 500;
const CONCURRENCY = 8;

/**
 * Writes all pending backups and the loss curves of ended attempts to the object store, then publishes the high-water mark. The parts run concurrently; a
 * part that fails is logged as `backup_failed` and stays pending until the next cycle.
 */
export async function runBackupCycle(deps: SettingsDeps & Pick<Deps, 'log'>): Promise<void> {
  const logFailure = (error: unknown): void => deps.log.error('backup_failed', { error });
  await Promise.all(
    [backUpTrainings, backUpBatches, backUpSettings, moveCurves].map((write) =>
      write(deps).catch(logFailure),
    ),
  );
  await publishHighWaterMark(deps).catch(logFailure);
}

/**
 * Writes the pending trainings to `trainings/ID.json`, at most {@link FLUSH_LIMIT}. A document is replaced only by a
 * fresher copy, and an end never by a different end (docs/concepts/durability.md).
 * @returns the number of pending trainings. Throws ObjectStoreError, StoreUnavailableError.
 */
export async function backUpTrainings(deps: BackupDeps): Promise<number> {
  const { store, objects } = deps;
  return flushPending(deps, await store.listPendingBackups(FLUSH_LIMIT), async (entry) => {
    const key = `${TRAINING_PREFIX}${entry.trainingId}.json`;
    const training = await writeIfNewer<Training>(objects, {
      key,
      loadCurrent: () => store.load(entry.trainingId),
      isUpToDate: (body, now) => falseIfCorrupt(() => compareFreshness(now, parseTraining(key, body)) <= 0),
    });
    return () => store.markBackedUp({ ...entry, rev: training?.rev ?? entry.rev });
  });
}

/** Writes the pending batches to `batches/ID.json`, with the result and the errors of {@link backUpTrainings}. */
export async function backUpBatches(deps: BackupDeps): Promise<number> {
  const { batches, objects } = deps;
  return flushPending(deps, await batches.listPendingBackups(FLUSH_LIMIT), async ({ id, rev }) => {
    const key = `${BATCH_PREFIX}${id}.json`;
    const stored = await writeIfNewer<BatchWithPlan>(objects, {
      key,
      loadCurrent: () => batches.load(id),
      isUpToDate: (body, { batch }) => falseIfCorrupt(() => parseBatch(key, body).batch.rev >= batch.rev),
    });
    return () => batches.markBackedUp({ id, rev: stored?.batch.rev ?? rev });
  });
}

/** A corrupt document is never up to date: while Redis is current, the backup is written again. */
function falseIfCorrupt(check: () => boolean): boolean {
  try {
    return check();
  } catch (error) {
    if (error instanceof CorruptDocumentError) return false;
    throw error;
  }
}

/**
 * Writes all pending documents, advances the high-water mark, then clears the pending entries. The order matters: a
 * Redis that lost the cleared entries also has a lower mark. An entry that fails stays pending and does not stop the
 * others; the first error is thrown at the end.
 */
async function flushPending<D>(
  deps: BackupDeps,
  pending: readonly D[],
  write: (entry: D) => Promise<() => Promise<void>>,
): Promise<number> {
  const limit = pLimit(CONCURRENCY);
  const results = await Promise.allSettled(pending.map((entry) => limit(() => write(entry))));
  const clearEntries = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  if (clearEntries.length > 0) await advanceHighWaterMark(deps);
  await limit.map(clearEntries, (clear) => clear());
  for (const each of results) if (each.status === 'rejected') throw each.reason;
  return pending.length;
}

/** The part of dispatch control that is backed up, with the schedule of auto-train and the budgets. */
export type BackupSettings = Pick<
  DispatchControl,
  'maxConcurrency' | 'paused' | 'reason' | 'gate' | 'failedRuns'
> & {
  readonly schedule?: Schedule;
  readonly budgets?: BudgetLimits;
};

/**
 * Writes concurrency limit, pause, gate, count of failed runs, schedule and budgets to `data/settings.json` when they differ from it. They
 * have no pending entries: the high-water mark is advanced before the write, so that a Redis that forgot them has a
 * lower mark, and a process that crashes in between finds the difference again. Throws CorruptDocumentError, and writes
 * nothing, while the stored document is unreadable; an operator has to inspect it. Throws ObjectStoreError.
 */
export async function backUpSettings(deps: SettingsDeps): Promise<void> {
  await writeIfNewer<BackupSettings>(deps.objects, {
    key: SETTINGS_KEY,
    loadCurrent: () => loadCurrentSettings(deps),
    isUpToDate: (body, settings) => {
      if (new TextDecoder().decode(body) === serializeDocument(settings)) return true;
      parseSettings(SETTINGS_KEY, body);
      return false;
    },
    beforeWrite: () => advanceHighWaterMark(deps),
  });
}

/** The settings of Redis; undefined while Redis is not current, because they may be older than the backup. */
async function loadCurrentSettings(deps: SettingsDeps): Promise<BackupSettings | undefined> {
  const { maxConcurrency, paused, reason, gate, failedRuns, epoch } = await deps.store.getControl();
  if (epoch === undefined) return undefined;
  const schedule = await deps.batches.getSchedule();
  const budgets = await deps.budgets.getLimits();
  // The epoch is checked last: Redis was current while the settings were read.
  if ((await checkEpoch(deps)) !== 'current') return undefined;
  return {
    maxConcurrency,
    paused,
    ...(reason !== undefined && { reason }),
    ...(gate && { gate }),
    ...(failedRuns !== undefined && { failedRuns }),
    ...(schedule.rev > 0 && { schedule }),
    budgets,
  };
}

/** Reads `data/settings.json`; undefined if it does not exist. Throws CorruptDocumentError, ObjectStoreError. */
export async function readSettingsBackup({
  objects,
}: Pick<Deps, 'objects'>): Promise<BackupSettings | undefined> {
  const stored = await objects.get(SETTINGS_KEY);
  return stored && parseSettings(SETTINGS_KEY, stored.body);
}

/** Reads every training of the backup; unreadable documents are recorded. Throws ObjectStoreError. */
export function readTrainingBackups(
  deps: Pick<Deps, 'objects'>,
  unreadable: UnreadableDocuments,
): AsyncIterable<Training> {
  return readDocuments(deps, unreadable, { prefix: TRAINING_PREFIX, parse: parseTraining });
}

/** Reads every batch of the backup; unreadable documents are recorded. Throws ObjectStoreError. */
export function readBatchBackups(
  deps: Pick<Deps, 'objects'>,
  unreadable: UnreadableDocuments,
): AsyncIterable<BatchWithPlan> {
  return readDocuments(deps, unreadable, { prefix: BATCH_PREFIX, parse: parseBatch });
}

async function* readDocuments<T>(
  { objects }: Pick<Deps, 'objects'>,
  { skipUnreadable }: UnreadableDocuments,
  { prefix, parse }: { prefix: string; parse: (key: string, body: Uint8Array) => T },
): AsyncIterable<T> {
  for await (const { key } of objects.list(prefix)) {
    // Deeper keys are loss curves.
    if (key.slice(prefix.length).includes('/')) continue;
    const document = await skipUnreadable(async () => {
      const stored = await objects.get(key);
      return stored && parse(key, stored.body);
    });
    if (document) yield document;
  }
}

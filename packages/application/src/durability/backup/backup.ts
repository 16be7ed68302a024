import type { Schedule, Training } from '@trainyard/domain';
import pLimit from 'p-limit';
import type { Deps } from '../../deps.ts';
import { CorruptDocumentError } from '../../errors.ts';
import type { BatchWithPlan } from '../../ports/batches.ts';
import type { BudgetLimits } from '../../ports/budgets.ts';
import type { DispatchControl } from '../../ports/training-store/index.ts';
import { checkEpoch } from '../epoch/epoch.ts';
import { advanceHighWaterMark } from '../epoch/high-water-mark.ts';
import { compareFreshness } from './freshness.ts';
import { parseBatch, parseSettings, parseTraining } from './parse.ts';
import type { UnreadableDocuments } from './unreadable-documents.ts';
import { writeIfNewer } from './write-document.ts';

type BackupDeps = Pick<Deps, 'store' | 'batches' | 'objects' | 'ids'>;
type SettingsDeps = BackupDeps & Pick<Deps, 'budgets'>;

/** Where the store keeps what Redis alone would lose (SPEC §7). */
const SETTINGS_KEY = 'data/settings.json';
const TRAINING_PREFIX = 'trainings/';
const BATCH_PREFIX = 'batches/';
/**
 * Writes each training whose state changed to the store. Called every few seconds; what is not written is owed on.
 * A copy that knows less never takes the place of one that knows more, nor one end that of another.
 * @returns how many were written. Throws ObjectStoreError while the store is away.
 */
export async function backUpTrainings(deps: BackupDeps): Promise<number> {
  const { store, objects } = deps;
  return flushPending(deps, await store.listPendingBackups(FLUSH_LIMIT), async (entry) => {
    const key = toTrainingKey(entry.trainingId);
    const training = await writeIfNewer<Training>(objects, {
      key,
      loadCurrent: () => store.load(entry.trainingId),
      isUpToDate: (body, now) => falseIfCorrupt(() => compareFreshness(now, parseTraining(key, body)) <= 0),
    });
    return () => store.markBackedUp({ ...entry, rev: training?.rev ?? entry.rev });
  });
}

function toTrainingKey(id: string): string {
  return `${TRAINING_PREFIX}${id}.json`;
}

/** How many debts one call pays at most. */
export const FLUSH_LIMIT = 500;
const CONCURRENCY = 8;

/** The part of the control that outlives Redis. */
export type BackupSettings = Pick<DispatchControl, 'maxConcurrency' | 'paused' | 'reason' | 'gate'> & {
  readonly schedule?: Schedule;
  readonly budgets?: BudgetLimits;
};

/** Whether a document is as new; one that cannot be read is not, and is written anew. */
function falseIfCorrupt(check: () => boolean): boolean {
  try {
    return check();
  } catch (error) {
    if (error instanceof CorruptDocumentError) return false;
    throw error;
  }
}

/**
 * Writes what is owed, then marks the record, and only then lets go of the debts: a Redis that forgets what is no longer
 * owed has a lower mark. What cannot be written keeps nothing else from it, stays owed and is told of at the end.
 */
async function flushPending<D>(
  deps: BackupDeps,
  pending: readonly D[],
  write: (entry: D) => Promise<() => Promise<void>>,
): Promise<number> {
  const limit = pLimit(CONCURRENCY);
  const results = await Promise.allSettled(pending.map((entry) => limit(() => write(entry))));
  const acknowledgements = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  if (acknowledgements.length > 0) await advanceHighWaterMark(deps);
  await limit.map(acknowledgements, (acknowledge) => acknowledge());
  for (const each of results) if (each.status === 'rejected') throw each.reason;
  return pending.length;
}

/** Writes each batch that changed to the store, as {@link backUpTrainings} does trainings. @returns how many */
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

/** Nothing of a record that is not the living one: it may be older than what the store holds. */
async function loadCurrentSettings(deps: SettingsDeps): Promise<BackupSettings | undefined> {
  const { maxConcurrency, paused, reason, gate, epoch } = await deps.store.getControl();
  if (epoch === undefined) return undefined;
  const schedule = await deps.batches.getSchedule();
  const budgets = await deps.budgets.getLimits();
  // Compared last, so that it was the living one while it was read.
  if ((await checkEpoch(deps)) !== 'current') return undefined;
  return {
    maxConcurrency,
    paused,
    ...(reason !== undefined && { reason }),
    ...(gate && { gate }),
    ...(schedule.rev > 0 && { schedule }),
    budgets,
  };
}

/**
 * Writes bound, pause, gate, schedule and budgets when they are not what the store holds. They are no debts: the record
 * is marked first, so that a Redis that forgets what stands there has a lower mark, and who dies in between finds them
 * different again. Throws CorruptDocumentError for what is none of ours there: a person has to look at it first.
 */
export async function backUpSettings(deps: SettingsDeps): Promise<void> {
  await writeIfNewer<BackupSettings>(deps.objects, {
    key: SETTINGS_KEY,
    loadCurrent: () => loadCurrentSettings(deps),
    isUpToDate: (body, settings) => {
      if (new TextDecoder().decode(body) === JSON.stringify(settings)) return true;
      parseSettings(SETTINGS_KEY, body);
      return false;
    },
    beforeWrite: () => advanceHighWaterMark(deps),
  });
}

/** What the store holds of bound, pause, gate, schedule and budgets. Throws CorruptDocumentError. */
export async function readSettingsBackup({
  objects,
}: Pick<Deps, 'objects'>): Promise<BackupSettings | undefined> {
  const stored = await objects.get(SETTINGS_KEY);
  return stored && parseSettings(SETTINGS_KEY, stored.body);
}

async function* readDocuments<T>(
  { objects }: Pick<Deps, 'objects'>,
  { skipUnreadable }: UnreadableDocuments,
  { prefix, parse }: { prefix: string; parse: (key: string, body: Uint8Array) => T },
): AsyncIterable<T> {
  for await (const { key } of objects.list(prefix)) {
    const document = await skipUnreadable(async () => {
      const stored = await objects.get(key);
      return stored && parse(key, stored.body);
    });
    if (document) yield document;
  }
}

/** Every training that the journal holds and that can be read. */
export function readTrainingBackups(
  deps: Pick<Deps, 'objects'>,
  unreadable: UnreadableDocuments,
): AsyncIterable<Training> {
  return readDocuments(deps, unreadable, { prefix: TRAINING_PREFIX, parse: parseTraining });
}

/** Every batch, likewise. */
export function readBatchBackups(
  deps: Pick<Deps, 'objects'>,
  unreadable: UnreadableDocuments,
): AsyncIterable<BatchWithPlan> {
  return readDocuments(deps, unreadable, { prefix: BATCH_PREFIX, parse: parseBatch });
}

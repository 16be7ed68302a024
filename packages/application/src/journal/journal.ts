import type { Schedule, Training } from '@trainyard/domain';
import pLimit from 'p-limit';
import type { Deps } from '../deps.ts';
import type { HeldBatch } from '../ports/batches.ts';
import type { BudgetLimits } from '../ports/budgets.ts';
import { CorruptDocumentError } from '../ports/catalogue.ts';
import type { DispatchControl } from '../ports/training-store.ts';
import { keep } from './keep.ts';
import type { Refusals } from './recovery/refusals.ts';
import { understoodBatch, understoodSettings, understoodTraining } from './understood.ts';

type JournalDeps = Pick<Deps, 'store' | 'batches' | 'objects'>;
type SettingsDeps = JournalDeps & Pick<Deps, 'budgets'>;

/** Where the store keeps what Redis alone would lose (SPEC §7). */
const SETTINGS_KEY = 'data/settings.json';
const JOURNAL_PREFIX = 'trainings/';
const BATCH_PREFIX = 'batches/';
const journalKey = (id: string): string => `${JOURNAL_PREFIX}${id}.json`;

const AT_ONCE = 500;
const CONCURRENCY = 8;

/** The part of the control that outlives Redis. */
export type KeptSettings = Pick<DispatchControl, 'bound' | 'paused' | 'reason' | 'gate'> & {
  readonly schedule?: Schedule;
  readonly budgets?: BudgetLimits;
};

/** Whether a document holds at least this revision; one that cannot be read holds none, and is written anew. */
const holds = (revOf: () => number, rev: number): boolean => {
  try {
    return revOf() >= rev;
  } catch (error) {
    if (error instanceof CorruptDocumentError) return false;
    throw error;
  }
};

/**
 * Writes each training whose state changed to the store. Called every few seconds; what is not written is owed on.
 * An older revision never takes the place of a newer one.
 * @returns how many were written. Throws ObjectStoreError while the store is away.
 */
export const writeJournal = async ({ store, objects }: JournalDeps): Promise<number> => {
  const debts = await store.unjournalled(AT_ONCE);
  const limit = pLimit(CONCURRENCY);
  await limit.map(debts, async (debt) => {
    const key = journalKey(debt.trainingId);
    const training = await keep<Training>(objects, {
      key,
      current: () => store.load(debt.trainingId),
      isKept: (body, { rev }) => holds(() => understoodTraining(key, body).rev, rev),
    });
    await store.journalled({ ...debt, rev: training?.rev ?? debt.rev });
  });
  return debts.length;
};

/** Writes each batch that changed to the store, as {@link writeJournal} does trainings. @returns how many */
export const writeBatches = async ({ batches, objects }: JournalDeps): Promise<number> => {
  const debts = await batches.unjournalled(AT_ONCE);
  const limit = pLimit(CONCURRENCY);
  await limit.map(debts, async ({ id, rev }) => {
    const key = `${BATCH_PREFIX}${id}.json`;
    const held = await keep<HeldBatch>(objects, {
      key,
      current: () => batches.load(id),
      isKept: (body, { batch }) => holds(() => understoodBatch(key, body).batch.rev, batch.rev),
    });
    await batches.journalled({ id, rev: held?.batch.rev ?? rev });
  });
  return debts.length;
};

const currentSettings = async ({
  store,
  batches,
  budgets,
}: SettingsDeps): Promise<KeptSettings | undefined> => {
  const { bound, paused, reason, gate, epoch } = await store.control();
  if (epoch === undefined) return undefined;
  const schedule = await batches.schedule();
  return {
    bound,
    paused,
    ...(reason !== undefined && { reason }),
    ...(gate && { gate }),
    ...(schedule.rev > 0 && { schedule }),
    budgets: await budgets.limits(),
  };
};

/**
 * Writes bound, pause, gate, schedule and budgets when they are not what the store holds. Throws CorruptDocumentError
 * for what is none of ours there: a person has to look at it first.
 */
export const writeSettings = async (deps: SettingsDeps): Promise<void> => {
  await keep<KeptSettings>(deps.objects, {
    key: SETTINGS_KEY,
    current: () => currentSettings(deps),
    isKept: (body, settings) => {
      if (new TextDecoder().decode(body) === JSON.stringify(settings)) return true;
      understoodSettings(SETTINGS_KEY, body);
      return false;
    },
  });
};

/** What the store holds of bound, pause, gate, schedule and budgets. Throws CorruptDocumentError. */
export const readSettings = async ({ objects }: Pick<Deps, 'objects'>): Promise<KeptSettings | undefined> => {
  const held = await objects.get(SETTINGS_KEY);
  return held && understoodSettings(SETTINGS_KEY, held.body);
};

async function* readAll<T>(
  { objects }: Pick<Deps, 'objects'>,
  { unlessUnreadable }: Refusals,
  { prefix, understood }: { prefix: string; understood: (key: string, body: Uint8Array) => T },
): AsyncIterable<T> {
  for await (const { key } of objects.list(prefix)) {
    const document = await unlessUnreadable(async () => {
      const held = await objects.get(key);
      return held && understood(key, held.body);
    });
    if (document) yield document;
  }
}

/** Every training that the journal holds and that can be read. */
export const readJournal = (deps: Pick<Deps, 'objects'>, refusals: Refusals): AsyncIterable<Training> =>
  readAll(deps, refusals, { prefix: JOURNAL_PREFIX, understood: understoodTraining });

/** Every batch, likewise. */
export const readBatches = (deps: Pick<Deps, 'objects'>, refusals: Refusals): AsyncIterable<HeldBatch> =>
  readAll(deps, refusals, { prefix: BATCH_PREFIX, understood: understoodBatch });

import type { Schedule, Training } from '@trainyard/domain';
import pLimit from 'p-limit';
import type { Deps } from '../deps.ts';
import type { HeldBatch } from '../ports/batches.ts';
import type { BudgetLimits } from '../ports/budgets.ts';
import type { DispatchControl } from '../ports/training-store.ts';
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

/**
 * Writes each training whose state changed to the store. Called every few seconds; what is not written is owed on.
 * @returns how many were written. Throws ObjectStoreError while the store is away.
 */
export const writeJournal = async ({ store, objects }: JournalDeps): Promise<number> => {
  const debts = await store.unjournalled(AT_ONCE);
  const limit = pLimit(CONCURRENCY);
  await Promise.all(
    debts.map((debt) =>
      limit(async () => {
        const training = await store.load(debt.trainingId);
        if (training)
          await objects.put(journalKey(training.id), JSON.stringify(training), {
            contentType: 'application/json',
          });
        await store.journalled({ ...debt, rev: training?.rev ?? debt.rev });
      }),
    ),
  );
  return debts.length;
};

/** Writes each batch that changed to the store, as {@link writeJournal} does trainings. @returns how many */
export const writeBatches = async ({ batches, objects }: JournalDeps): Promise<number> => {
  const debts = await batches.unjournalled(AT_ONCE);
  const limit = pLimit(CONCURRENCY);
  await Promise.all(
    debts.map(({ id, rev }) =>
      limit(async () => {
        const held = await batches.load(id);
        if (held)
          await objects.put(`${BATCH_PREFIX}${id}.json`, JSON.stringify(held), {
            contentType: 'application/json',
          });
        await batches.journalled({ id, rev: held?.batch.rev ?? rev });
      }),
    ),
  );
  return debts.length;
};

/**
 * Writes bound, pause, gate, schedule and budgets when they are not what the store holds. Throws CorruptDocumentError
 * for what is none of ours there: a person has to look at it first.
 */
export const writeSettings = async ({ store, batches, objects, budgets }: SettingsDeps): Promise<void> => {
  const { bound, paused, reason, gate, epoch } = await store.control();
  if (epoch === undefined) return;
  const schedule = await batches.schedule();
  const kept: KeptSettings = {
    bound,
    paused,
    ...(reason !== undefined && { reason }),
    ...(gate && { gate }),
    ...(schedule.rev > 0 && { schedule }),
    budgets: await budgets.limits(),
  };
  const text = JSON.stringify(kept);
  const held = await objects.get(SETTINGS_KEY);
  if (held && new TextDecoder().decode(held.body) === text) return;
  if (held) understoodSettings(SETTINGS_KEY, held.body);
  await objects.put(SETTINGS_KEY, text, { contentType: 'application/json' });
};

/** What the store holds of bound, pause, gate, schedule and budgets. Throws CorruptDocumentError. */
export const readSettings = async ({ objects }: Pick<Deps, 'objects'>): Promise<KeptSettings | undefined> => {
  const held = await objects.get(SETTINGS_KEY);
  return held && understoodSettings(SETTINGS_KEY, held.body);
};

/** Every training that the journal holds. Throws CorruptDocumentError for one that cannot be read. */
export async function* readJournal({ objects }: Pick<Deps, 'objects'>): AsyncIterable<Training> {
  for await (const { key } of objects.list(JOURNAL_PREFIX)) {
    const held = await objects.get(key);
    if (held) yield understoodTraining(key, held.body);
  }
}

/** Every batch that the journal holds. Throws CorruptDocumentError for one that cannot be read. */
export async function* readBatches({ objects }: Pick<Deps, 'objects'>): AsyncIterable<HeldBatch> {
  for await (const { key } of objects.list(BATCH_PREFIX)) {
    const held = await objects.get(key);
    if (held) yield understoodBatch(key, held.body);
  }
}

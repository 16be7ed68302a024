import type { Schedule, Training } from '@trainyard/domain';
import pLimit from 'p-limit';
import type { Deps } from '../../deps.ts';
import type { HeldBatch } from '../../ports/batches.ts';
import type { BudgetLimits } from '../../ports/budgets.ts';
import { CorruptDocumentError } from '../../ports/catalogue.ts';
import type { DispatchControl } from '../../ports/training-store.ts';
import { lead } from './freshness.ts';
import { checkEpoch } from '../epoch/epoch.ts';
import { raiseMark } from '../epoch/high-water-mark.ts';
import { keep } from './write-document.ts';
import type { Refusals } from './refusals.ts';
import { understoodBatch, understoodSettings, understoodTraining } from './parse.ts';

type JournalDeps = Pick<Deps, 'store' | 'batches' | 'objects' | 'ids'>;
type SettingsDeps = JournalDeps & Pick<Deps, 'budgets'>;

/** Where the store keeps what Redis alone would lose (SPEC §7). */
const SETTINGS_KEY = 'data/settings.json';
const JOURNAL_PREFIX = 'trainings/';
const BATCH_PREFIX = 'batches/';
const journalKey = (id: string): string => `${JOURNAL_PREFIX}${id}.json`;

/** How many debts one call pays at most. */
export const PAID_AT_ONCE = 500;
const CONCURRENCY = 8;

/** The part of the control that outlives Redis. */
export type KeptSettings = Pick<DispatchControl, 'bound' | 'paused' | 'reason' | 'gate'> & {
  readonly schedule?: Schedule;
  readonly budgets?: BudgetLimits;
};

/** Whether a document is as new; one that cannot be read is not, and is written anew. */
const isKept = (isAsNew: () => boolean): boolean => {
  try {
    return isAsNew();
  } catch (error) {
    if (error instanceof CorruptDocumentError) return false;
    throw error;
  }
};

/**
 * Writes what is owed, then marks the record, and only then lets go of the debts: a Redis that forgets what is no longer
 * owed has a lower mark. What cannot be written keeps nothing else from it, stays owed and is told of at the end.
 */
const payAll = async <D>(
  deps: JournalDeps,
  debts: readonly D[],
  pay: (debt: D) => Promise<() => Promise<void>>,
): Promise<number> => {
  const limit = pLimit(CONCURRENCY);
  const paid = await Promise.allSettled(debts.map((debt) => limit(() => pay(debt))));
  const receipts = paid.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  if (receipts.length > 0) await raiseMark(deps);
  await limit.map(receipts, (receipt) => receipt());
  for (const each of paid) if (each.status === 'rejected') throw each.reason;
  return debts.length;
};

/**
 * Writes each training whose state changed to the store. Called every few seconds; what is not written is owed on.
 * A copy that knows less never takes the place of one that knows more, nor one end that of another.
 * @returns how many were written. Throws ObjectStoreError while the store is away.
 */
export const writeJournal = async (deps: JournalDeps): Promise<number> => {
  const { store, objects } = deps;
  return payAll(deps, await store.unjournalled(PAID_AT_ONCE), async (debt) => {
    const key = journalKey(debt.trainingId);
    const training = await keep<Training>(objects, {
      key,
      current: () => store.load(debt.trainingId),
      isKept: (body, now) => isKept(() => lead(now, understoodTraining(key, body)) <= 0),
    });
    return () => store.journalled({ ...debt, rev: training?.rev ?? debt.rev });
  });
};

/** Writes each batch that changed to the store, as {@link writeJournal} does trainings. @returns how many */
export const writeBatches = async (deps: JournalDeps): Promise<number> => {
  const { batches, objects } = deps;
  return payAll(deps, await batches.unjournalled(PAID_AT_ONCE), async ({ id, rev }) => {
    const key = `${BATCH_PREFIX}${id}.json`;
    const held = await keep<HeldBatch>(objects, {
      key,
      current: () => batches.load(id),
      isKept: (body, { batch }) => isKept(() => understoodBatch(key, body).batch.rev >= batch.rev),
    });
    return () => batches.journalled({ id, rev: held?.batch.rev ?? rev });
  });
};

/** Nothing of a record that is not the living one: it may be older than what the store holds. */
const currentSettings = async (deps: SettingsDeps): Promise<KeptSettings | undefined> => {
  const { bound, paused, reason, gate, epoch } = await deps.store.control();
  if (epoch === undefined) return undefined;
  const schedule = await deps.batches.schedule();
  const budgets = await deps.budgets.limits();
  // Compared last, so that it was the living one while it was read.
  if ((await checkEpoch(deps)) !== 'sound') return undefined;
  return {
    bound,
    paused,
    ...(reason !== undefined && { reason }),
    ...(gate && { gate }),
    ...(schedule.rev > 0 && { schedule }),
    budgets,
  };
};

/**
 * Writes bound, pause, gate, schedule and budgets when they are not what the store holds. They are no debts: the record
 * is marked first, so that a Redis that forgets what stands there has a lower mark, and who dies in between finds them
 * different again. Throws CorruptDocumentError for what is none of ours there: a person has to look at it first.
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
    first: () => raiseMark(deps),
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

import { obligations, type Schedule, type Training } from '@trainyard/domain';
import type { Deps } from '../../deps.ts';
import { type PerformDeps, perform } from '../../heart/perform.ts';
import type { VersionEntry } from '../../ports/manifests.ts';
import { renewEpoch } from '../epoch.ts';
import { type KeptSettings, readBatches, readJournal, readSettings } from '../journal.ts';
import { laterVersion, reborn } from './reborn.ts';
import { createRefusals, type Refusals, type Refused } from './refusals.ts';

type RecoverDeps = PerformDeps &
  Pick<Deps, 'store' | 'batches' | 'objects' | 'manifests' | 'ids' | 'budgets'>;

/** What recovery did with a training, or would do. */
export interface Recovered {
  readonly trainingId: string;
  readonly action: 'requeued' | 'doubted' | 'restored' | 'known';
  readonly status: Training['status'];
}

/** What a recovery came to. */
export interface Recovery {
  readonly trainings: readonly Recovered[];
  /** Every document that could not be read. */
  readonly refused: readonly Refused[];
  /** Whether the record is the living one now: what it holds is dispatched. */
  readonly opened: boolean;
}

export interface RecoverOptions {
  /** Tells what would be done and changes nothing. */
  readonly dryRun?: boolean;
  /**
   * A person's word that the record may be opened without what could not be read: such a training is lost, or paid
   * twice where it is asked for again. One whose history alone cannot be read is put back as the journal has it.
   */
  readonly withoutUnreadable?: boolean;
}

const actionOf = (training: Training): Recovered['action'] => {
  if (training.status === 'queued') return 'requeued';
  return training.status === 'unconfirmed' ? 'doubted' : 'restored';
};

const putBack = async (
  deps: RecoverDeps,
  journalled: Training,
  { later, dryRun }: Pick<RecoverOptions, 'dryRun'> & { readonly later?: VersionEntry | undefined },
): Promise<Recovered> => {
  const training = reborn(deps, journalled, later);
  const known = (await deps.store.load(training.id)) !== undefined;
  if (!dryRun && !known) {
    await deps.store.restore(training);
    await perform(deps, training, obligations(training));
  }
  return {
    trainingId: training.id,
    status: training.status,
    action: known ? 'known' : actionOf(training),
  };
};

/**
 * Puts back what a lost Redis knew, from the journal and the histories (SPEC §7). What was queued waits again; an
 * attempt without an outcome is in doubt and is settled by evidence: nothing is submitted twice. A document that cannot
 * be read is named and keeps no other from being put back, but the record stays closed for it. May be run again.
 */
export const recover = async (deps: RecoverDeps, options: RecoverOptions = {}): Promise<Recovery> => {
  const refusals = createRefusals();
  const { refused, unlessUnreadable } = refusals;
  const trainings: Recovered[] = [];
  for await (const journalled of readJournal(deps, refusals)) {
    const history = await unlessUnreadable(async () => ({ later: await laterVersion(deps, journalled) }));
    if (!history && !options.withoutUnreadable) continue;
    const done = await unlessUnreadable(() => putBack(deps, journalled, { ...options, ...history }));
    if (done) trainings.push(done);
  }
  await restoreOthers(deps, refusals, options);
  const opened = !options.dryRun && (refused.length === 0 || options.withoutUnreadable === true);
  if (opened) await renewEpoch(deps);
  return { trainings, refused, opened };
};

/** What is beside the trainings. */
const restoreOthers = async (
  deps: RecoverDeps,
  refusals: Refusals,
  { dryRun = false }: RecoverOptions,
): Promise<void> => {
  for await (const held of readBatches(deps, refusals)) if (!dryRun) await deps.batches.restore(held);
  const kept: Partial<KeptSettings> = (await refusals.unlessUnreadable(() => readSettings(deps))) ?? {};
  if (dryRun) return;
  const { budgets, schedule, ...control } = kept;
  if (Object.keys(control).length > 0) await deps.store.setControl(control);
  // A limit that a person took away must not come back from the environment.
  if (budgets) await deps.budgets.setLimits({ dayUsd: null, monthUsd: null, ...budgets });
  if (schedule) await restoreSchedule(deps, schedule);
};

/** A schedule that somebody set since stands. */
const restoreSchedule = async ({ batches }: RecoverDeps, kept: Schedule): Promise<void> => {
  const { rev } = await batches.schedule();
  if (rev === 0) await batches.saveSchedule({ ...kept, rev: 1 });
};

import type { Schedule } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import {
  type BackupSettings,
  backUpBatches,
  backUpTrainings,
  FLUSH_LIMIT,
  readBatchBackups,
  readSettingsBackup,
  readTrainingBackups,
} from './backup.ts';
import { createUnreadableDocuments, type UnreadableDocument, type UnreadableDocuments } from './documents.ts';
import { checkEpoch, renewEpoch } from './epoch.ts';
import { type RecoveredTraining, type RestoreDeps, restoreTraining } from './restore-training.ts';

type RecoverDeps = RestoreDeps & Pick<Deps, 'batches' | 'objects' | 'budgets'>;

/** The result of a recovery. */
export interface RecoveryReport {
  readonly trainings: readonly RecoveredTraining[];
  /** Every document that could not be read. */
  readonly unreadable: readonly UnreadableDocument[];
  /** Whether Redis is current now, so that its trainings are dispatched. */
  readonly opened: boolean;
}

/** How a recovery runs. */
export interface RecoverOptions {
  /** Reports the changes without making them. */
  readonly dryRun?: boolean;
  /**
   * An operator's confirmation that Redis may be opened without the unreadable documents. An unreadable training is
   * lost, or paid for twice when it is created again. A training whose manifest alone is unreadable is restored as the
   * backup has it.
   */
  readonly withoutUnreadable?: boolean;
}

/**
 * Restores the state of a lost Redis from the backup and the manifests, and repairs a Redis that was restored from an old
 * copy: the fresher copy of each training wins. Queued trainings are enqueued again; an attempt without a known result
 * becomes unconfirmed and is resolved by evidence, so that it is not submitted twice (I2). An unreadable document is
 * reported and does not stop the others, but Redis stays closed because of it. May be repeated. Throws
 * ObjectStoreError, StoreUnavailableError.
 */
export async function recover(deps: RecoverDeps, options: RecoverOptions = {}): Promise<RecoveryReport> {
  const { dryRun = false, withoutUnreadable = false } = options;
  const unreadable = createUnreadableDocuments();
  const isFenced = await isRedisFenced(deps);
  // State that only Redis holds is backed up first, where it is compared like every other copy.
  if (isFenced && !dryRun) await unreadable.skipUnreadable(() => flushBackups(deps));
  const trainings: RecoveredTraining[] = [];
  for await (const backup of readTrainingBackups(deps, unreadable)) {
    const context = { dryRun, withoutUnreadable, isFenced, unreadable };
    const recovered = await unreadable.skipUnreadable(() => restoreTraining(deps, backup, context));
    if (recovered) trainings.push(recovered);
  }
  await restoreBatchesAndSettings(deps, unreadable, isFenced && !dryRun);
  // The restored revisions are backed up before dispatch resumes: after a second loss they must not be used again.
  if (isFenced && !dryRun) await unreadable.skipUnreadable(() => flushBackups(deps));
  const opened = !dryRun && (unreadable.documents.length === 0 || withoutUnreadable);
  if (opened) await renewEpoch(deps);
  return { trainings, unreadable: unreadable.documents, opened };
}

/** A lost Redis has no epoch; a Redis that was restored from an old copy loses it in this check. */
async function isRedisFenced(deps: RecoverDeps): Promise<boolean> {
  return (
    (await deps.store.getControl()).epoch === undefined || (await checkEpoch(deps)) === 'recover_required'
  );
}

async function flushBackups(deps: RecoverDeps): Promise<void> {
  while ((await backUpTrainings(deps)) === FLUSH_LIMIT);
  while ((await backUpBatches(deps)) === FLUSH_LIMIT);
}

async function restoreBatchesAndSettings(
  deps: RecoverDeps,
  unreadable: UnreadableDocuments,
  mayWrite: boolean,
): Promise<void> {
  for await (const stored of readBatchBackups(deps, unreadable))
    if (mayWrite) await deps.batches.restore(stored);
  const saved: Partial<BackupSettings> =
    (await unreadable.skipUnreadable(() => readSettingsBackup(deps))) ?? {};
  // The second check keeps settings that were changed after a concurrent recovery opened Redis.
  if (!mayWrite || !(await isRedisFenced(deps))) return;
  const { budgets, schedule, ...control } = saved;
  // A count of 0 is absent in the backup; an old copy of Redis may still have a count from before a verified model.
  if (Object.keys(control).length > 0) await deps.store.setControl({ failedRuns: 0, ...control });
  // Null keeps a limit removed that an operator removed: the environment must not set it again.
  if (budgets) await deps.budgets.setLimits({ dayUsd: null, monthUsd: null, ...budgets });
  if (schedule) await restoreSchedule(deps, schedule);
}

/** Restores the schedule unless Redis has a later schedule, so that no handled tick runs again. */
async function restoreSchedule({ batches }: RecoverDeps, saved: Schedule): Promise<void> {
  const { rev, handledUpTo } = await batches.getSchedule();
  const isLater =
    saved.handledUpTo === handledUpTo ? saved.rev > rev : rev === 0 || saved.handledUpTo > handledUpTo;
  if (isLater) await batches.saveSchedule({ ...saved, rev: rev + 1 });
}

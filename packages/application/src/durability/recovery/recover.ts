import type { Schedule } from '@trainyard/domain';
import type { Deps } from '../../deps.ts';
import {
  type BackupSettings,
  backUpBatches,
  backUpTrainings,
  FLUSH_LIMIT,
  readBatchBackups,
  readSettingsBackup,
  readTrainingBackups,
} from '../backup/backup.ts';
import {
  createUnreadableDocuments,
  type UnreadableDocument,
  type UnreadableDocuments,
} from '../backup/unreadable-documents.ts';
import { checkEpoch, renewEpoch } from '../epoch/epoch.ts';
import { type RecoveredTraining, type RestoreDeps, restoreTraining } from './restore-training.ts';

type RecoverDeps = RestoreDeps & Pick<Deps, 'batches' | 'objects' | 'budgets'>;

/** What a recovery came to. */
export interface RecoveryReport {
  readonly trainings: readonly RecoveredTraining[];
  /** Every document that could not be read. */
  readonly unreadable: readonly UnreadableDocument[];
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

/**
 * Puts back what a lost Redis knew, from the journal and the histories (SPEC §7), and puts right what a Redis that was
 * restored from an old copy has forgotten: whoever knows more wins. What was queued waits again; an attempt without an
 * outcome is in doubt and is settled by evidence: nothing is submitted twice. A document that cannot be read is named
 * and keeps no other from being put back, but the record stays closed for it. May be run again.
 */
export async function recover(deps: RecoverDeps, options: RecoverOptions = {}): Promise<RecoveryReport> {
  const { dryRun = false, withoutUnreadable = false } = options;
  const unreadable = createUnreadableDocuments();
  const isFenced = await isRedisFenced(deps);
  // What the record alone knows comes into the journal first, where it is judged like all else.
  if (isFenced && !dryRun) await unreadable.skipUnreadable(() => flushBackups(deps));
  const trainings: RecoveredTraining[] = [];
  for await (const backup of readTrainingBackups(deps, unreadable)) {
    const context = { dryRun, withoutUnreadable, isFenced, unreadable };
    const recovered = await unreadable.skipUnreadable(() => restoreTraining(deps, backup, context));
    if (recovered) trainings.push(recovered);
  }
  await restoreBatchesAndSettings(deps, unreadable, isFenced && !dryRun);
  // Before anybody works with it: lost once more, it must not be put back under the same revisions.
  if (isFenced && !dryRun) await unreadable.skipUnreadable(() => flushBackups(deps));
  const opened = !dryRun && (unreadable.documents.length === 0 || withoutUnreadable);
  if (opened) await renewEpoch(deps);
  return { trainings, unreadable: unreadable.documents, opened };
}

/** One without an epoch is lost; one with an epoch may have gone back in time, and has none any more when that is found. */
async function isRedisFenced(deps: RecoverDeps): Promise<boolean> {
  return (
    (await deps.store.getControl()).epoch === undefined || (await checkEpoch(deps)) === 'recover_required'
  );
}

async function flushBackups(deps: RecoverDeps): Promise<void> {
  while ((await backUpTrainings(deps)) === FLUSH_LIMIT);
  while ((await backUpBatches(deps)) === FLUSH_LIMIT);
}

/** What is beside the trainings. */
async function restoreBatchesAndSettings(
  deps: RecoverDeps,
  unreadable: UnreadableDocuments,
  mayWrite: boolean,
): Promise<void> {
  for await (const stored of readBatchBackups(deps, unreadable))
    if (mayWrite) await deps.batches.restore(stored);
  const saved: Partial<BackupSettings> =
    (await unreadable.skipUnreadable(() => readSettingsBackup(deps))) ?? {};
  // Asked again, last: where another recovery opened it meanwhile, somebody may have set them anew.
  if (!mayWrite || !(await isRedisFenced(deps))) return;
  const { budgets, schedule, ...control } = saved;
  if (Object.keys(control).length > 0) await deps.store.setControl(control);
  // A limit that a person took away must not come back from the environment.
  if (budgets) await deps.budgets.setLimits({ dayUsd: null, monthUsd: null, ...budgets });
  if (schedule) await restoreSchedule(deps, schedule);
}

/** A schedule that somebody set since stands; a tick that was dealt with is never dealt with again. */
async function restoreSchedule({ batches }: RecoverDeps, saved: Schedule): Promise<void> {
  const { rev, handledUpTo } = await batches.getSchedule();
  const isLater =
    saved.handledUpTo === handledUpTo ? saved.rev > rev : rev === 0 || saved.handledUpTo > handledUpTo;
  if (isLater) await batches.saveSchedule({ ...saved, rev: rev + 1 });
}

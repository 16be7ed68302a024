import type { Deps } from '../../deps.ts';
import { publishHighWaterMark } from '../epoch/high-water-mark.ts';
import { backUpBatches, backUpSettings, backUpTrainings } from './backup.ts';

type BackupCycleDeps = Pick<Deps, 'store' | 'batches' | 'budgets' | 'objects' | 'ids' | 'log'>;

/** Brings the store up to the record, and then tells it how far that has come. What fails is owed on. */
export async function runBackupCycle(deps: BackupCycleDeps): Promise<void> {
  const logFailure = (error: unknown): void => deps.log.error('backup_failed', { error });
  // None waits for another, nor fails with it.
  await Promise.all(
    [backUpTrainings, backUpBatches, backUpSettings].map((write) => write(deps).catch(logFailure)),
  );
  await publishHighWaterMark(deps).catch(logFailure);
}

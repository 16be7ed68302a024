import type { Deps } from '../../deps.ts';
import { tellMark } from '../epoch/high-water-mark.ts';
import { writeBatches, writeJournal, writeSettings } from './backup.ts';

type TurnDeps = Pick<Deps, 'store' | 'batches' | 'budgets' | 'objects' | 'ids' | 'log'>;

/** Brings the store up to the record, and then tells it how far that has come. What fails is owed on. */
export const keepJournal = async (deps: TurnDeps): Promise<void> => {
  const untold = (error: unknown): void => deps.log.error('journal_not_written', { error });
  // None waits for another, nor fails with it.
  await Promise.all([writeJournal, writeBatches, writeSettings].map((write) => write(deps).catch(untold)));
  await tellMark(deps).catch(untold);
};

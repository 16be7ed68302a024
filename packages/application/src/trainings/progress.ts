import { isTerminal, type PastAttempt, type ProgressPoint, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { readCurve } from '../durability/curves.ts';
import { assertCurrentEpoch } from '../durability/epoch.ts';
import { ProgressNotKeptError, WrongStateError } from '../errors.ts';
import { findTraining } from './find.ts';

/** The progress of an attempt: its times, and its loss curve. Times are epoch ms. */
interface AttemptProgress extends Omit<PastAttempt, 'endedAt'> {
  /** Absent while the attempt lives. */
  readonly endedAt?: number;
  readonly points: readonly ProgressPoint[];
}

/** The progress of the attempts of a training, oldest first. */
export interface TrainingProgress {
  readonly training: Training;
  readonly attempts: readonly AttemptProgress[];
}

/**
 * Reads the loss curves and the times of every attempt whose run the provider accepted, and of the current attempt.
 * Throws TrainingNotFoundError, ProgressNotKeptError for a pruned training, ObjectStoreError, CorruptDocumentError and
 * StoreUnavailableError.
 */
export async function getTrainingProgress(
  deps: Pick<Deps, 'store' | 'objects'>,
  id: string,
): Promise<TrainingProgress> {
  const training = await findTraining(deps, id);
  if (training.request.pruned) throw new ProgressNotKeptError(training.id);
  const attempts = await Promise.all(
    listAttempts(training).map(async (attempt) => ({
      ...attempt,
      points: await readCurve(deps, training, attempt.number),
    })),
  );
  return { training, attempts };
}

/**
 * Runs the reconcile job of a training now, so that RunPod is asked about its run. Requests within a second share one
 * answer of RunPod. Throws TrainingNotFoundError, WrongStateError for a training without a live attempt,
 * RecoverRequiredError, StoreUnavailableError.
 */
export async function requestPoll(
  deps: Pick<Deps, 'store' | 'objects' | 'ids' | 'log' | 'reconcileJobs'>,
  idOrAlias: string,
): Promise<Training> {
  await assertCurrentEpoch(deps);
  const training = await findTraining(deps, idOrAlias);
  const { id, status } = training;
  if (isTerminal(training))
    throw new WrongStateError(id, status, 'it has ended, and RunPod is not asked about it again');
  if (status === 'queued')
    throw new WrongStateError(id, status, 'it waits in Trainyard and has no run at RunPod');
  if (await deps.store.claimPoll(id)) await deps.reconcileJobs.runNow(id);
  return training;
}

function listAttempts(training: Training): readonly Omit<AttemptProgress, 'points'>[] {
  const past = training.pastAttempts ?? [];
  const current = 'attempt' in training ? training.attempt : undefined;
  if (!current) return past;
  const { number, startedAt, startedRunningAt, firstStepAt, endedAt } = {
    ...{ startedRunningAt: undefined, firstStepAt: undefined, endedAt: undefined },
    ...current,
  };
  const end = endedAt ?? ('endedAt' in training ? training.endedAt : undefined);
  return [
    ...past.filter((each) => each.number !== number),
    {
      ...{ number, startedAt },
      ...(startedRunningAt !== undefined && { startedRunningAt }),
      ...(firstStepAt !== undefined && { firstStepAt }),
      ...(end !== undefined && { endedAt: end }),
    },
  ];
}

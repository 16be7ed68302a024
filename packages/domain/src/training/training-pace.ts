import { countSamplePictures, DEFAULT_ESTIMATE_BASIS } from '../estimate/estimate.ts';
import { estimateRemaining, MIN_SAMPLE_STEPS, type PaceSample, toShape } from '../estimate/pace.ts';
import { holdsSlot } from './state/status.ts';
import type { Training } from './state/training.ts';

/** A pace sample and the pool that it belongs to. */
export interface PoolPaceSample {
  readonly pool: string;
  readonly sample: PaceSample;
}

/**
 * The pace sample of a completed training. Undefined when the execution time is unknown, or when the run has fewer than
 * {@link MIN_SAMPLE_STEPS} steps.
 */
export function paceSampleFrom(training: Training): PoolPaceSample | undefined {
  if (training.status !== 'completed') return undefined;
  const { attempt, executionMs, request } = training;
  const steps = request.hyperparameters.max_train_steps;
  if (!attempt?.expected || !executionMs || steps < MIN_SAMPLE_STEPS) return undefined;
  const { delayMs } = attempt;
  return {
    pool: attempt.expected.pool,
    sample: {
      trainingId: training.id,
      at: training.endedAt,
      steps,
      executionSeconds: toStepSeconds(executionMs / 1000, countSamplePictures(request)),
      ...(delayMs !== undefined && { delaySeconds: delayMs / 1000 }),
      shape: toShape(request.hyperparameters),
    },
  };
}

/** The time of the steps alone; at least half of the execution, if pictures take less time than expected. */
function toStepSeconds(executionSeconds: number, pictures: number): number {
  const pictureSeconds = pictures * DEFAULT_ESTIMATE_BASIS.secondsPerPicture;
  return Math.max(executionSeconds / 2, executionSeconds - pictureSeconds);
}

/**
 * Expected end of a live training: by the pace of its run once that is stable, before that by the estimate of the
 * attempt. @returns epoch ms; undefined without a run or an estimate
 */
export function estimateEnd(training: Training, nowMs: number): number | undefined {
  if (!holdsSlot(training)) return undefined;
  const { attempt } = training;
  const { progress, pace } = { progress: undefined, pace: undefined, ...attempt };
  const remainingTime = progress && estimateRemaining(pace, { totalSteps: progress.totalSteps, now: nowMs });
  if (remainingTime) return nowMs + remainingTime.ms;
  return attempt.expected && attempt.startedAt + attempt.expected.durationSeconds * 1000;
}

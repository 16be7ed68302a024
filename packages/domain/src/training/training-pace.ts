import { estimateRemaining } from '../estimate/pace.ts';
import { MIN_SAMPLE_STEPS, type PaceSample, toShape } from '../estimate/pace-sample.ts';
import { holdsSlot } from './status.ts';
import type { Training } from './training.ts';

/** What a training teaches of its pool. */
export interface PoolPaceSample {
  readonly pool: string;
  readonly sample: PaceSample;
}

/** The lesson of a completed training; undefined where its run's time was not told, or was too short to tell anything. */
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
      executionSeconds: executionMs / 1000,
      ...(delayMs !== undefined && { delaySeconds: delayMs / 1000 }),
      shape: toShape(request.hyperparameters),
    },
  };
}

/**
 * When a live training is expected to end: by its own pace once that is stable, else by what was expected when it
 * began. @returns epoch ms, undefined where nothing is known
 */
export function estimateEnd(training: Training, nowMs: number): number | undefined {
  if (!holdsSlot(training)) return undefined;
  const { attempt } = training;
  const { progress, pace } = { progress: undefined, pace: undefined, ...attempt };
  const remainingTime = progress && estimateRemaining(pace, { totalSteps: progress.totalSteps, now: nowMs });
  if (remainingTime) return nowMs + remainingTime.ms;
  return attempt.expected && attempt.startedAt + attempt.expected.durationSeconds * 1000;
}

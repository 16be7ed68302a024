import { createNoise } from '../../artifacts/noise.ts';
import type { Clock } from '../../simulation/clock.ts';
import type { Settings, TrainingPace } from '../../simulation/settings.ts';

/** A training under way: how long it takes in all, and what it says of itself at a moment. */
export interface TrainingRun {
  readonly fullMs: number;
  /** The last progress report, for `/status`. */
  readonly progress: () => unknown;
  /** The loss at a step: falling, with noise. */
  readonly lossAt: (step: number) => number;
}

/** Starts to count the time of a training of so many steps. */
export function startTraining(steps: number, jobId: string, environment: TrainingEnvironment): TrainingRun {
  const fullMs = getDurationMs(environment.settings.pace, steps);
  const startedAt = environment.clock.now();
  const lossAt = createLossCurve(steps, jobId);
  const { progressEveryMs } = environment.settings;
  return {
    fullMs,
    lossAt,
    progress: () => {
      const passedMs = environment.clock.toFullMs(environment.clock.now() - startedAt);
      const reportedMs = Math.floor(passedMs / progressEveryMs) * progressEveryMs;
      const step = Math.min(steps, Math.floor((reportedMs / fullMs) * steps));
      if (step < 1) return undefined;
      return {
        step,
        total_steps: steps,
        loss: lossAt(step),
        rate: Number(((steps / fullMs) * 1_000).toFixed(3)),
      };
    },
  };
}

interface TrainingEnvironment {
  readonly settings: Settings;
  readonly clock: Clock;
}

function getDurationMs(pace: TrainingPace, steps: number): number {
  return 'durationMs' in pace ? pace.durationMs : pace.secondsPerStep * steps * 1_000;
}

function createLossCurve(steps: number, seed: string): (step: number) => number {
  const noise = createNoise(seed);
  return (step) => {
    const trend = 0.24 + 0.36 * Math.exp((-4 * step) / steps);
    return Number((trend + (noise(step) - 0.5) * 0.06).toFixed(4));
  };
}

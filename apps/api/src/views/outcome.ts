import { toModelFileName } from '@trainyard/application';
import type { TrainingDetail, TrainingView } from '@trainyard/contracts';
import {
  type Attempt,
  type EndedRun,
  getNextStep,
  holdsSlot,
  isTerminal,
  type Run,
  sumRunCosts,
  type Training,
} from '@trainyard/domain';

/** Attempt in any state: the fields of a run are present once the run exists. */
export type AnyAttempt = Attempt & Partial<Omit<Run & EndedRun, keyof Attempt>>;

function toModel(training: Training): TrainingView['model'] {
  if (training.status !== 'completed') return null;
  const { loraUrl, verified, sizeBytes, sha256 } = training.model;
  return {
    lora_url: loraUrl,
    verified,
    size_bytes: sizeBytes ?? null,
    sha256: sha256 ?? null,
    file_name: toModelFileName(training),
  };
}

function getExecutionMs(training: Training, attempt: AnyAttempt | undefined): number | undefined {
  return isTerminal(training) ? training.executionMs : attempt?.executionMs;
}

/** Renders the model or the failure of a training, and the cost and the time of its runs. */
export function toOutcome(training: Training, attempt: AnyAttempt | undefined) {
  const costs = sumRunCosts(training.runCosts ?? []);
  const executionMs = getExecutionMs(training, attempt);
  return {
    model: toModel(training),
    failure: 'failure' in training ? training.failure : null,
    cost_usd: costs.knownUsd ?? null,
    cost_assumed_usd: costs.assumedUsd,
    cost_unknown_runs: costs.unknownRuns,
    execution_seconds: executionMs === undefined ? null : executionMs / 1_000,
    usd_per_second: (holdsSlot(training) ? attempt?.expected?.usdPerSecond : undefined) ?? null,
  };
}

/** Renders the step after a failure; null without a failure. */
export function toNextStep(training: Training): TrainingDetail['next_step'] {
  if (!('failure' in training)) return null;
  const { action, text, changes } = getNextStep(training.failure, training.request);
  return { action, text, changes: changes ?? null };
}

/** Returns the attempt of a training; undefined before the first. */
export function getAttempt(training: Training): AnyAttempt | undefined {
  return 'attempt' in training ? training.attempt : undefined;
}

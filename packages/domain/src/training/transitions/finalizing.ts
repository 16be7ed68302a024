import type { EndedRun } from '../state/attempt.ts';
import type { EndRecorded, OutputFound, OutputMissing, OutputVerified } from '../state/event.ts';
import type { TerminalStatus } from '../state/status.ts';
import type {
  Cancelling,
  Completed,
  Finalizing,
  Running,
  Submitted,
  Training,
  TrainingIn,
} from '../state/training.ts';
import { failTraining, toBase } from './base.ts';

/** A run that ended well: when, its output, and the times that the provider reported. */
interface CompletedRun extends Pick<EndedRun, 'output' | 'executionMs' | 'delayMs'> {
  readonly at: number;
}

/**
 * Starts finalizing after a run that ended well, by the report of the provider or by an object in the object store. The
 * output is checked before the training completes.
 */
export function startFinalizing(training: Submitted | Running | Cancelling, end: CompletedRun): Finalizing {
  const { missingSince: _, unansweredSince: __, ...attempt } = training.attempt;
  const run: EndedRun = {
    ...attempt,
    output: end.output,
    endedAt: end.at,
    ...(end.executionMs !== undefined && { executionMs: end.executionMs }),
    ...(end.delayMs !== undefined && { delayMs: end.delayMs }),
  };
  return { ...toBase(training), status: 'finalizing', attempt: run };
}

/** Adopts an output in the object store although the provider no longer knows the run. */
export function adoptRunOutput(training: Submitted | Running | Cancelling, event: OutputFound): Finalizing {
  return startFinalizing(training, event);
}

/**
 * Completes the training: the model exists and the manifest lists it. Its pictures replace the addresses that the
 * container reported.
 */
export function completeTraining(training: Finalizing, event: OutputVerified): Completed {
  const { samples: _, samplesIgnored: __, ...output } = training.attempt.output;
  const warnings = [...(training.attempt.warnings ?? []), ...(event.warnings ?? [])];
  return {
    ...toBase(training),
    status: 'completed',
    attempt: { ...training.attempt, output, ...(warnings.length > 0 && { warnings }) },
    endedAt: event.at,
    recorded: true,
    model: event.model,
    ...(training.attempt.executionMs !== undefined && { executionMs: training.attempt.executionMs }),
  };
}

/** Fails the training: the run reported success and left no usable output. */
export function failWithoutOutput(training: Finalizing, event: OutputMissing): Training {
  return failTraining(training, {
    at: event.at,
    failure: event.failure,
    ...(training.attempt.executionMs !== undefined && { executionMs: training.attempt.executionMs }),
  });
}

/** Records that the manifest holds the end of the training. */
export function markRecorded<T extends TrainingIn<TerminalStatus>>(training: T, _event: EndRecorded): T {
  return training.recorded ? training : { ...training, recorded: true };
}

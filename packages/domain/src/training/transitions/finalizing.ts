import type {
  AttentionCleared,
  AttentionRaised,
  EndRecorded,
  OutputMissing,
  OutputVerified,
} from '../event.ts';
import type { TerminalStatus } from '../status.ts';
import type { Completed, Finalizing, Training, TrainingIn } from '../training.ts';
import { failTraining, toBase } from './base.ts';

/** The model exists and the manifest names it. */
export function completeTraining(training: Finalizing, event: OutputVerified): Completed {
  return {
    ...toBase(training),
    status: 'completed',
    attempt: training.attempt,
    endedAt: event.at,
    recorded: true,
    model: event.model,
    ...(training.attempt.executionMs !== undefined && { executionMs: training.attempt.executionMs }),
  };
}

/** The run said it was done and left nothing to use. */
export function failWithoutOutput(training: Finalizing, event: OutputMissing): Training {
  return failTraining(training, {
    at: event.at,
    failure: event.failure,
    ...(training.attempt.executionMs !== undefined && { executionMs: training.attempt.executionMs }),
  });
}

/** The debt to the manifest is paid. */
export function markRecorded<T extends TrainingIn<TerminalStatus>>(training: T, _event: EndRecorded): T {
  return training.recorded ? training : { ...training, recorded: true };
}

/** Marks the training for a person; the first reason stays until it is settled or the state changes. */
export function raiseAttention<T extends Training>(training: T, event: AttentionRaised): T {
  return training.needsAttention?.reason === event.reason
    ? training
    : { ...training, needsAttention: { reason: event.reason, since: event.at } };
}

/** Takes the mark away. */
export function clearAttention<T extends Training>(training: T, _event: AttentionCleared): T {
  if (!training.needsAttention) return training;
  const { needsAttention: _, ...rest } = training;
  return rest as T;
}

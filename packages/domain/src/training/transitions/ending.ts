import type {
  AttentionRaised,
  AttentionSettled,
  EndRecorded,
  OutputMissing,
  OutputVerified,
} from '../event.ts';
import type { TerminalStatus } from '../status.ts';
import type { Completed, Finalizing, Training, TrainingIn } from '../training.ts';
import { baseOf, fail } from './base.ts';

/** The model exists and the manifest names it. */
export const complete = (training: Finalizing, event: OutputVerified): Completed => ({
  ...baseOf(training),
  status: 'completed',
  attempt: training.attempt,
  endedAt: event.at,
  recorded: true,
  model: event.model,
  ...(training.attempt.executionMs !== undefined && { executionMs: training.attempt.executionMs }),
});

/** The run said it was done and left nothing to use. */
export const withoutOutput = (training: Finalizing, event: OutputMissing): Training =>
  fail(training, {
    at: event.at,
    failure: event.failure,
    ...(training.attempt.executionMs !== undefined && { executionMs: training.attempt.executionMs }),
  });

/** The debt to the manifest is paid. */
export const recorded = <T extends TrainingIn<TerminalStatus>>(training: T, _event: EndRecorded): T =>
  training.recorded ? training : { ...training, recorded: true };

/** Marks the training for a person; the first reason stays until it is settled or the state changes. */
export const raise = <T extends Training>(training: T, event: AttentionRaised): T =>
  training.needsAttention?.reason === event.reason
    ? training
    : { ...training, needsAttention: { reason: event.reason, since: event.at } };

/** Takes the mark away. */
export const settle = <T extends Training>(training: T, _event: AttentionSettled): T => {
  if (!training.needsAttention) return training;
  const { needsAttention: _, ...rest } = training;
  return rest as T;
};

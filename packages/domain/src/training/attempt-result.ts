import { wasExecuted } from '../estimate/estimate.ts';
import type { Failure, FailureClass } from '../failure/failure.ts';
import type { TrainingEvent } from './state/event.ts';
import type { SlotHolding, Training } from './state/training.ts';
import { correctTimeout } from './transitions/outcome.ts';

/** The result of an attempt that a change of its training proves. */
export type AttemptResult =
  /** The attempt failed, timed out or is lost. `paid`: a worker executed its run. */
  | {
      readonly kind: 'failed';
      readonly class: FailureClass;
      readonly message: string;
      readonly paid: boolean;
    }
  /** The run ended well; its output is unchecked. */
  | { readonly kind: 'run_completed' }
  /** The training has its model. */
  | { readonly kind: 'model'; readonly verified: boolean };

/**
 * Returns the result of an attempt, exactly once per attempt: with the change that ends it. Finalizing is a part of the
 * attempt, so a run without a usable output fails there. Undefined for a change that ends no attempt, for a cancelled
 * attempt, and for a request that the provider refused.
 */
export function toAttemptResult(
  before: Training,
  after: Training,
  event: TrainingEvent,
): AttemptResult | undefined {
  if (before.status === after.status || !hasAttempt(before)) return undefined;
  if (after.status === 'completed') return { kind: 'model', verified: after.model.verified };
  if (after.status === 'finalizing') return { kind: 'run_completed' };
  const failure = findFailure(before, after, event);
  if (!failure) return undefined;
  const paid = (after.runCosts ?? []).some(
    (cost) => cost.attempt === before.attempt.number && wasExecuted(cost),
  );
  return { kind: 'failed', class: failure.class, message: failure.message, paid };
}

type WithAttempt = SlotHolding | Extract<Training, { status: 'finalizing' }>;

function hasAttempt(training: Training): training is WithAttempt {
  return 'attempt' in training && training.attempt !== undefined && !('recorded' in training);
}

/** The failure of the attempt: the training's own failure, or that of a run after which the training is retried. */
function findFailure(before: WithAttempt, after: Training, event: TrainingEvent): Failure | undefined {
  if (event.type === 'submission_refused') return undefined;
  if (after.status === 'failed' || after.status === 'timed_out') return after.failure;
  if (after.status !== 'queued' || event.type !== 'run_ended') return undefined;
  const { outcome } = event;
  if (outcome.status === 'completed' || outcome.status === 'cancelled') return undefined;
  return correctTimeout(before.attempt, outcome).failure;
}

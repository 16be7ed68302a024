import type { Failure } from '../../failure/failure.ts';
import type { Attempt, RunOutcome } from '../state/attempt.ts';

/** The end of a run without a model. */
export type FailedOutcome = Exclude<RunOutcome, { status: 'completed' }>;

/** Below this share of its execution timeout, a run did not end because of the timeout. */
const FAR_BELOW = 0.5;
/** From this share of its execution timeout, a run has used it up: reports differ by the time of the stop. */
const USED_UP = 0.98;

/**
 * Corrects a reported failure by the execution time of the run. A timeout far below the execution timeout is a fault of
 * the provider, for example of a worker that stopped responding. A run that has used up its execution timeout timed
 * out, unless its error names a cause in the data or the request. Without an execution time the report is kept.
 */
export function correctTimeout(
  { executionTimeoutMs }: Pick<Attempt, 'executionTimeoutMs'>,
  outcome: FailedOutcome,
): FailedOutcome {
  const { status, failure, executionMs } = outcome;
  if (status === 'cancelled' || !executionMs) return outcome;
  const isTimeout = status === 'timed_out' || failure.class === 'timeout';
  const share = executionMs / executionTimeoutMs;
  if (isTimeout && share < FAR_BELOW)
    return { status: 'failed', executionMs, failure: toEarlyEnd(failure, executionMs, executionTimeoutMs) };
  const mayBeTimeout = failure.class === 'provider' || failure.class === 'unknown';
  return mayBeTimeout && share >= USED_UP
    ? {
        status: 'timed_out',
        executionMs,
        failure: { ...failure, class: 'timeout', code: 'execution_timeout' },
      }
    : outcome;
}

function toEarlyEnd({ message }: Failure, executionMs: number, executionTimeoutMs: number): Failure {
  const [ran, limit] = [executionMs, executionTimeoutMs].map((ms) => Math.round(ms / 1_000));
  return {
    class: 'provider',
    code: 'worker_crash',
    message: `the run ended after ${ran} s of an execution timeout of ${limit} s: ${message}`.slice(0, 2_000),
  };
}

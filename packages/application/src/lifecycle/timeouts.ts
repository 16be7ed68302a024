import type { Attempt, Queued, Training } from '@trainyard/domain';
import type { Clock } from '../ports/clock.ts';
/** The timeout of a call to the provider, in real ms. */
export const POST_TIMEOUT_MS = 30_000;
/** The age at which a submission without a saved result becomes unconfirmed, in ms. Its call has timed out by then. */
export const SUBMISSION_UNCONFIRMED_AFTER_MS = POST_TIMEOUT_MS + 15_000;
/** The submit window: the maximum age of the saved start when the request is sent, in ms. */
export const SUBMIT_WINDOW_MS = 5_000;
/** The minimum of the submit window in real ms, for a scaled clock: a machine may pause that long between two steps. */
const MIN_SUBMIT_WINDOW_REAL_MS = 250;
/** The maximum of the submit window in ms: endpoint counts refute a submission from this age on. */
const MAX_SUBMIT_WINDOW_MS = 60_000;

/** Returns the submit window in ms of this clock: 5 s, and on a scaled clock at least 250 real ms up to 60 s. */
export function getSubmitWindowMs(clock: Pick<Clock, 'realMs'>): number {
  return Math.max(
    SUBMIT_WINDOW_MS,
    Math.min(MIN_SUBMIT_WINDOW_REAL_MS / clock.realMs(1), MAX_SUBMIT_WINDOW_MS),
  );
}

/** The maximum delay of a queued training in ms. A longer `Retry-After` of the provider is shortened to it. */
export const MAX_WAIT_MS = 60 * 60_000;

/** Returns whether a queued training may be claimed now. A due time more than MAX_WAIT_MS ahead comes from a skewed clock and is ignored. */
export function isDue({ notBefore }: Pick<Queued, 'notBefore'>, now: number): boolean {
  return notBefore === undefined || notBefore <= now || notBefore - now > MAX_WAIT_MS;
}

const MIN_POLL_DELAY_MS = 5_000;
const EVIDENCE_INTERVAL_MS = 30_000;
const MAX_QUEUE_POLL_MS = 120_000;

/** Keeps a delay between 5 s and `longestMs`, also when a clock jump makes the age meaningless. */
function clampDelayMs(ms: number, longestMs: number): number {
  return Math.max(MIN_POLL_DELAY_MS, Math.min(ms, longestMs));
}

/**
 * Returns the delay of the next poll in ms: 5 s after submission, up to 2 min in RunPod's queue, then the poll
 * interval. Each delay is far below the 30 min for which RunPod keeps a result. A webhook runs the poll earlier.
 * Undefined for a training without a next poll: queued, or ended and recorded.
 */
export function getNextPollMs(training: Training, now: number, pollIntervalMs: number): number | undefined {
  switch (training.status) {
    case 'submitting':
      return clampDelayMs(
        training.attempt.startedAt + SUBMISSION_UNCONFIRMED_AFTER_MS - now,
        SUBMISSION_UNCONFIRMED_AFTER_MS,
      );
    case 'unconfirmed':
      return Math.min(EVIDENCE_INTERVAL_MS, pollIntervalMs);
    case 'submitted': {
      const age = now - training.attempt.acceptedAt;
      return clampDelayMs(age / 2, MAX_QUEUE_POLL_MS);
    }
    case 'running':
      return pollIntervalMs;
    case 'cancelling':
      return Math.min(MIN_POLL_DELAY_MS * 2, pollIntervalMs);
    case 'finalizing':
      return EVIDENCE_INTERVAL_MS;
    case 'queued':
      return undefined;
    case 'completed':
    case 'failed':
    case 'timed_out':
    case 'cancelled':
      return training.recorded ? undefined : EVIDENCE_INTERVAL_MS;
  }
}

/** A time span that must pass before a run is given up, stopped or marked unconfirmed. `since` in epoch ms. */
export interface Deadline {
  readonly since: number;
  readonly durationMs: number;
}

/** The deadline of an attempt (`attempt_deadline`): the TTL sent to RunPod and a grace. After it no run can be alive. */
export function attemptDeadline({ startedAt, attemptDeadline }: Attempt): Deadline {
  return {
    since: startedAt,
    durationMs: attemptDeadline - startedAt,
  };
}

/** Returns whether the deadline has passed by the clock of Redis, which all processes share. */
export function hasPassed({ clock }: { readonly clock: Clock }, { since, durationMs }: Deadline): boolean {
  return clock.now() - since > durationMs;
}

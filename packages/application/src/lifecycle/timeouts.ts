import type { Attempt, Queued, Training } from '@trainyard/domain';
import type { Clock } from '../ports/clock.ts';
/** How long a call to the provider may take. */
export const POST_TIMEOUT_MS = 30_000;
/** When a submission without a saved answer counts as unclear: the call must be over by then (DESIGN §4 rule 7). */
export const SUBMISSION_UNCONFIRMED_AFTER_MS = POST_TIMEOUT_MS + 15_000;
/** How old the save that took the slot may be when the call goes out (DESIGN §4 rule 4). */
export const SUBMIT_WINDOW_MS = 5_000;
/** What any machine may lose between two steps, in real ms: where time is scaled, `SUBMIT_WITHIN_MS` may be less. */
const MIN_SUBMIT_WINDOW_REAL_MS = 250;
/** Before this age no count of the endpoint speaks against a submission (SPEC §2), so a call may still go out. */
const MAX_SUBMIT_WINDOW_MS = 60_000;

/** How old the save that took the slot may be when the call goes out, by this clock. @returns ms of the clock */
export function getSubmitWindowMs(clock: Pick<Clock, 'realMs'>): number {
  return Math.max(
    SUBMIT_WINDOW_MS,
    Math.min(MIN_SUBMIT_WINDOW_REAL_MS / clock.realMs(1), MAX_SUBMIT_WINDOW_MS),
  );
}

/** No wait of ours is longer: the provider's `Retry-After` counts for an hour at most. */
export const MAX_WAIT_MS = 60 * 60_000;

/** Whether a training that waits may be taken: a moment beyond any wait of ours was written by a clock that was wrong. */
export function isDue({ notBefore }: Pick<Queued, 'notBefore'>, now: number): boolean {
  return notBefore === undefined || notBefore <= now || notBefore - now > MAX_WAIT_MS;
}

const MIN_POLL_DELAY_MS = 5_000;
const EVIDENCE_INTERVAL_MS = 30_000;
const MAX_QUEUE_POLL_MS = 120_000;

/** Whatever a clock that was set says of an age: neither at once again and again, nor in years. */
function clampDelayMs(ms: number, longestMs: number): number {
  return Math.max(MIN_POLL_DELAY_MS, Math.min(ms, longestMs));
}

/**
 * When to look at a training next, if no webhook comes first: soon after submission, then at the poll interval,
 * more slowly in a long queue, and never near RunPod's retention of 30 minutes. @returns ms, undefined when never
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

/** A span that must be over before a run may be given up, stopped or doubted. */
export interface Deadline {
  readonly since: number;
  readonly durationMs: number;
}

/** Until `dead_by`: the ttl that was sent, and a grace. */
export function attemptDeadline({ startedAt, attemptDeadline }: Attempt): Deadline {
  return {
    since: startedAt,
    durationMs: attemptDeadline - startedAt,
  };
}

/** Whether it is, by the clock that all processes share. */
export function hasPassed({ clock }: { readonly clock: Clock }, { since, durationMs }: Deadline): boolean {
  return clock.now() - since > durationMs;
}

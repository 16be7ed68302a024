import { LOST_FAILURE } from '../../failure/failure.ts';
import type { EndpointCounted } from '../state/event.ts';
import type { Training, Unconfirmed } from '../state/training.ts';
import { cancelTraining, failTraining, requeueTraining } from './base.ts';

/** Time after the start of a submission from which a count of the endpoint is evidence. */
export const FIRST_COUNT_AFTER_MS = 60_000;
/** Shortest time between two independent counts. */
export const MIN_COUNT_INTERVAL_MS = 20_000;
/** Number of consecutive counts without the run that refute it. */
export const COUNTS_TO_REFUTE = 3;
/** Longest time between two counts in which a run cannot start and end unseen. */
const COUNTING_GAP_MS = 2 * 60_000;

/**
 * Applies one count of the endpoint to an unconfirmed attempt (docs/concepts/unconfirmed-submissions.md).
 * - The endpoint holds exactly the known runs in three independent counts, without a gap since the submission: the run
 *   does not exist.
 * - The endpoint holds at least as many further runs as there are unconfirmed attempts: all of these runs exist, so a
 *   later count without the run proves its end, not its absence.
 * - Any other count, in particular fewer runs than are known, is no evidence against the run.
 */
export function applyEndpointCount(before: Unconfirmed, event: EndpointCounted): Training {
  const training = updateRunSeen(before, event);
  if (event.unaccounted !== 0) return clearCounts(training);
  if (!isIndependentCount(training, event.at)) return training;
  const countsWithoutRun = [...training.countsWithoutRun, event.at];
  return countsWithoutRun.length < COUNTS_TO_REFUTE
    ? { ...training, countsWithoutRun }
    : resolveAbsentRun(training, event.at);
}

function isIndependentCount(training: Unconfirmed, at: number): boolean {
  const last = training.countsWithoutRun.at(-1);
  return (
    at - training.attempt.startedAt >= FIRST_COUNT_AFTER_MS &&
    (last === undefined || at - last >= MIN_COUNT_INTERVAL_MS)
  );
}

function allRunsExist({ unaccounted, unconfirmed }: EndpointCounted): boolean {
  return unaccounted > 0 && unaccounted >= unconfirmed;
}

/** More further runs than requests in flight: at least one unconfirmed run is live, possibly the run of this attempt. */
function someRunsExist({ unaccounted, inFlight }: EndpointCounted): boolean {
  return unaccounted > inFlight;
}

/** A clock that was set back hides the length of the gap, so a negative gap counts as a gap. */
function hasCountingGap({ lastCountAt, attempt }: Unconfirmed, { at }: EndpointCounted): boolean {
  const gapMs = at - (lastCountAt ?? attempt.startedAt);
  return gapMs < 0 || gapMs > COUNTING_GAP_MS;
}

/** Updates whether the run was seen. The order is unseen, `possible`, `seen`; it never goes back. */
function updateRunSeen(training: Unconfirmed, event: EndpointCounted): Unconfirmed {
  if (training.runSeen === 'seen') return training;
  if (allRunsExist(event)) return { ...training, runSeen: 'seen' };
  if (training.runSeen === 'possible') return training;
  return someRunsExist(event) || hasCountingGap(training, event)
    ? { ...training, runSeen: 'possible' }
    : { ...training, lastCountAt: event.at };
}

const AMBIGUOUS_REASON =
  'the endpoint holds no run of this attempt, but a run may have started and ended unseen';

/**
 * Decides once enough counts agree that no run of this attempt is live. An unseen run never existed, and the training is
 * requeued. A seen run has ended, and the attempt is lost. A possible run is left to an operator, because a second
 * request could be paid twice (I2).
 */
function resolveAbsentRun(training: Unconfirmed, at: number): Training {
  if (training.runSeen === undefined)
    return requeueTraining(training, { at, reason: 'the endpoint holds no run of the unclear submission' });
  if (training.runSeen === 'possible' && !training.cancelRequested)
    return training.needsAttention
      ? training
      : { ...training, needsAttention: { reason: AMBIGUOUS_REASON, since: at } };
  const spent = { ...training, attemptsSpent: training.attemptsSpent + 1 };
  return training.cancelRequested
    ? cancelTraining(spent, at)
    : failTraining(spent, { at, failure: LOST_FAILURE });
}

function clearCounts(training: Unconfirmed): Unconfirmed {
  return training.countsWithoutRun.length === 0 ? training : { ...training, countsWithoutRun: [] };
}

import { LOST_FAILURE } from '../../failure/failure.ts';
import type { EndpointCounted } from '../event.ts';
import type { Training, Unconfirmed } from '../training.ts';
import { cancelTraining, failTraining, requeueTraining } from './base.ts';

/** How long after the call the endpoint's counts begin to mean anything (SPEC §2). */
export const FIRST_COUNT_AFTER_MS = 60_000;
/** How far apart counts must be to be two. */
export const MIN_COUNT_INTERVAL_MS = 20_000;
/** How many counts in a row refute a run. */
export const COUNTS_TO_REFUTE = 3;
/** How long the endpoint may go uncounted before a run could have come and gone meanwhile. */
const COUNTING_GAP_MS = 2 * 60_000;

/**
 * Weighs one count of the endpoint against an attempt in doubt (SPEC §2). Exactly the known runs, three times, and
 * watched since the call: there is no such run. As many more as are in doubt: they all exist, and this one's end will
 * not be taken for its absence. Anything else tells nothing against this one, least of all fewer runs than we know.
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

/** More than calls that are just under way can explain: one in doubt lives, and it may be this one. */
function someRunsExist({ unaccounted, inFlight }: EndpointCounted): boolean {
  return unaccounted > inFlight;
}

/** Nor is it known how long nobody counted when the clock was set back meanwhile. */
function hasCountingGap({ lastCountAt, attempt }: Unconfirmed, { at }: EndpointCounted): boolean {
  const gapMs = at - (lastCountAt ?? attempt.startedAt);
  return gapMs < 0 || gapMs > COUNTING_GAP_MS;
}

/** What this count adds to the knowledge whether the run ever lived; that only grows. */
function updateRunSeen(training: Unconfirmed, event: EndpointCounted): Unconfirmed {
  if (training.runSeen === 'seen') return training;
  if (allRunsExist(event)) return { ...training, runSeen: 'seen' };
  if (training.runSeen === 'possible') return training;
  return someRunsExist(event) || hasCountingGap(training, event)
    ? { ...training, runSeen: 'possible' }
    : { ...training, lastCountAt: event.at };
}

const AMBIGUOUS_REASON =
  'nothing lives on the endpoint, but a run of this attempt may have lived and ended unseen';

/**
 * Enough counts agree that nothing of this attempt lives. What was never seen never was; what was seen has ended; what
 * may have been is for a person to judge, since another call could pay for it twice (I2).
 */
function resolveAbsentRun(training: Unconfirmed, at: number): Training {
  if (training.runSeen === undefined)
    return requeueTraining(training, { at, reason: 'the endpoint has no run of the unclear submission' });
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

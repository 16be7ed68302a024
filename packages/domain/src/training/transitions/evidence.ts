import { lost } from '../../failure/failure.ts';
import type { EndpointCounted } from '../event.ts';
import type { Training, Unconfirmed } from '../training.ts';
import { cancelled, fail, requeue } from './base.ts';

/** How long after the call the endpoint's counts begin to mean anything (SPEC §2). */
export const FIRST_COUNT_AFTER_MS = 60_000;
/** How far apart counts must be to be two. */
export const COUNTS_APART_MS = 20_000;
/** How many counts in a row refute a run. */
export const COUNTS_TO_REFUTE = 3;
/** How long the endpoint may go uncounted before a run could have come and gone meanwhile. */
const UNWATCHED_AFTER_MS = 2 * 60_000;

const isNew = (training: Unconfirmed, at: number): boolean => {
  const last = training.countsAgainst.at(-1);
  return (
    at - training.attempt.startedAt >= FIRST_COUNT_AFTER_MS &&
    (last === undefined || at - last >= COUNTS_APART_MS)
  );
};

const allExist = ({ unaccounted, inDoubt }: EndpointCounted): boolean =>
  unaccounted > 0 && unaccounted >= inDoubt;

/** More than calls that are just under way can explain: one in doubt lives, and it may be this one. */
const someExist = ({ unaccounted, inFlight }: EndpointCounted): boolean => unaccounted > inFlight;

/** Nor is it known how long nobody counted when the clock was set back meanwhile. */
const wasUnwatched = ({ countedAt, attempt }: Unconfirmed, { at }: EndpointCounted): boolean => {
  const gapMs = at - (countedAt ?? attempt.startedAt);
  return gapMs < 0 || gapMs > UNWATCHED_AFTER_MS;
};

/** What this count adds to the knowledge whether the run ever lived; that only grows. */
const sighted = (training: Unconfirmed, event: EndpointCounted): Unconfirmed => {
  if (training.sighting === 'seen') return training;
  if (allExist(event)) return { ...training, sighting: 'seen' };
  if (training.sighting === 'possible') return training;
  return someExist(event) || wasUnwatched(training, event)
    ? { ...training, sighting: 'possible' }
    : { ...training, countedAt: event.at };
};

const AMBIGUOUS = 'nothing lives on the endpoint, but a run of this attempt may have lived and ended unseen';

/**
 * Enough counts agree that nothing of this attempt lives. What was never seen never was; what was seen has ended; what
 * may have been is for a person to judge, since another call could pay for it twice (I2).
 */
const settleAbsent = (training: Unconfirmed, at: number): Training => {
  if (training.sighting === undefined)
    return requeue(training, { at, reason: 'the endpoint has no run of the unclear submission' });
  if (training.sighting === 'possible' && !training.cancelRequested)
    return training.needsAttention
      ? training
      : { ...training, needsAttention: { reason: AMBIGUOUS, since: at } };
  const spent = { ...training, attemptsSpent: training.attemptsSpent + 1 };
  return training.cancelRequested ? cancelled(spent, at) : fail(spent, { at, failure: lost });
};

/**
 * Weighs one count of the endpoint against an attempt in doubt (SPEC §2). Exactly the known runs, three times, and
 * watched since the call: there is no such run. As many more as are in doubt: they all exist, and this one's end will
 * not be taken for its absence. Anything else tells nothing against this one, least of all fewer runs than we know.
 */
export const weigh = (before: Unconfirmed, event: EndpointCounted): Training => {
  const training = sighted(before, event);
  if (event.unaccounted !== 0) return withoutCounts(training);
  if (!isNew(training, event.at)) return training;
  const countsAgainst = [...training.countsAgainst, event.at];
  return countsAgainst.length < COUNTS_TO_REFUTE
    ? { ...training, countsAgainst }
    : settleAbsent(training, event.at);
};

const withoutCounts = (training: Unconfirmed): Unconfirmed =>
  training.countsAgainst.length === 0 ? training : { ...training, countsAgainst: [] };

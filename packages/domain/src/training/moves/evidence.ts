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

const isNew = (training: Unconfirmed, at: number): boolean => {
  const last = training.countsAgainst.at(-1);
  return (
    at - training.attempt.startedAt >= FIRST_COUNT_AFTER_MS &&
    (last === undefined || at - last >= COUNTS_APART_MS)
  );
};

const allExist = ({ unaccounted, inDoubt }: EndpointCounted): boolean =>
  unaccounted > 0 && unaccounted >= inDoubt;

/** Enough counts agree that nothing of this attempt lives. What was never seen never was; what was seen has ended. */
const settleAbsent = (training: Unconfirmed, at: number): Training => {
  if (training.runSeen === undefined)
    return requeue(training, { at, reason: 'the endpoint has no run of the unclear submission' });
  const spent = { ...training, attemptsSpent: training.attemptsSpent + 1 };
  return training.cancelRequested ? cancelled(spent, at) : fail(spent, { at, failure: lost });
};

/**
 * Weighs one count of the endpoint against an attempt in doubt (SPEC §2). Exactly the known runs, three times: there is
 * no such run. As many more as are in doubt: they all exist, and this one's end will not be taken for its absence.
 * Anything else tells nothing about this one, least of all fewer runs than we know to live.
 */
export const weigh = (training: Unconfirmed, event: EndpointCounted): Training => {
  if (allExist(event))
    return training.runSeen ? withoutCounts(training) : { ...training, countsAgainst: [], runSeen: true };
  if (event.unaccounted !== 0) return withoutCounts(training);
  if (!isNew(training, event.at)) return training;
  const countsAgainst = [...training.countsAgainst, event.at];
  return countsAgainst.length < COUNTS_TO_REFUTE
    ? { ...training, countsAgainst }
    : settleAbsent(training, event.at);
};

const withoutCounts = (training: Unconfirmed): Unconfirmed =>
  training.countsAgainst.length === 0 ? training : { ...training, countsAgainst: [] };

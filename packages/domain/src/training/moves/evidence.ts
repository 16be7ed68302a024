import type { EndpointCounted } from '../event.ts';
import type { Training, Unconfirmed } from '../training.ts';
import { requeue } from './base.ts';

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

/**
 * Weighs one count of the endpoint against an attempt in doubt. Nothing beyond the known runs, three times: there is
 * no such run. As many as are in doubt: they all exist. Anything between tells nothing about this one.
 */
export const weigh = (training: Unconfirmed, event: EndpointCounted): Training => {
  if (event.unaccounted > 0)
    return training.countsAgainst.length === 0 ? training : { ...training, countsAgainst: [] };
  if (!isNew(training, event.at)) return training;
  const countsAgainst = [...training.countsAgainst, event.at];
  return countsAgainst.length < COUNTS_TO_REFUTE
    ? { ...training, countsAgainst }
    : requeue(training, { at: event.at, reason: 'the endpoint has no run of the unclear submission' });
};

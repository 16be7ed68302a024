import { isTerminal, type Training } from '@trainyard/domain';

/** Whether both have ended, and not in the same way: no history of one training has two ends (I4). */
export const haveDifferentEnds = (one: Training, other: Training): boolean =>
  isTerminal(one) && isTerminal(other) && (one.status !== other.status || one.endedAt !== other.endedAt);

/**
 * Whether the record's copy of a training or the journal's knows more. In one history the revision says so. A Redis
 * that was put back from an old copy and worked on makes a second history, whose revisions count something else: there
 * the end that the journal tells of stands (I4), an attempt that was begun must never be forgotten (I2), and an end
 * stands. @returns above 0 for the record's, below 0 for the journal's, 0 when they know as much
 */
export const compareFreshness = (held: Training, journalled: Training): number => {
  if (haveDifferentEnds(held, journalled)) return -1;
  if (held.attemptsStarted !== journalled.attemptsStarted)
    return held.attemptsStarted - journalled.attemptsStarted;
  if (isTerminal(held) !== isTerminal(journalled)) return isTerminal(held) ? 1 : -1;
  return held.rev - journalled.rev;
};

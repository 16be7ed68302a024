import { isTerminal, type Training } from '@trainyard/domain';

/**
 * Whether the record's copy of a training or the journal's knows more. In one history the revision says so. A Redis
 * that was put back from an old copy and worked on makes a second history, whose revisions count something else: there
 * the end that the journal tells of stands (I4), an attempt that was begun must never be forgotten (I2), and an end
 * stands. @returns above 0 for the record's, below 0 for the journal's, 0 when they know as much
 */
export function compareFreshness(current: Training, backup: Training): number {
  if (haveDifferentEnds(current, backup)) return -1;
  if (current.attemptsStarted !== backup.attemptsStarted)
    return current.attemptsStarted - backup.attemptsStarted;
  if (isTerminal(current) !== isTerminal(backup)) return isTerminal(current) ? 1 : -1;
  return current.rev - backup.rev;
}

/** Whether both have ended, and not in the same way: no history of one training has two ends (I4). */
export function haveDifferentEnds(one: Training, other: Training): boolean {
  return (
    isTerminal(one) && isTerminal(other) && (one.status !== other.status || one.endedAt !== other.endedAt)
  );
}

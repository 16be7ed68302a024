import { isTerminal, type Training } from '@trainyard/domain';

/**
 * Compares the copy of a training in Redis with the copy in the backup. Within a history the higher revision is
 * fresher. A Redis that was restored from an old copy and continued has a second history with its own revisions.
 * Then these rules decide, in this order: of two different ends the end in the backup wins (I4); the copy with more
 * started attempts wins, so that a started attempt is never forgotten (I2); a terminal status wins.
 * @returns above 0 when Redis is fresher, below 0 when the backup is, 0 when they are equally fresh
 */
export function compareFreshness(current: Training, backup: Training): number {
  if (haveDifferentEnds(current, backup)) return -1;
  if (current.attemptsStarted !== backup.attemptsStarted)
    return current.attemptsStarted - backup.attemptsStarted;
  if (isTerminal(current) !== isTerminal(backup)) return isTerminal(current) ? 1 : -1;
  return current.rev - backup.rev;
}

/** Whether both copies have ended with a different status or at a different time; a history has a single end (I4). */
export function haveDifferentEnds(current: Training, backup: Training): boolean {
  return (
    isTerminal(current) &&
    isTerminal(backup) &&
    (current.status !== backup.status || current.endedAt !== backup.endedAt)
  );
}

import { isTerminal, type Training } from '@trainyard/domain';

/**
 * Which of two copies of a training knows more. In one history the revision says so. A Redis that was put back from an
 * old copy and worked on makes a second history, whose revisions count something else: there an attempt that was begun
 * must never be forgotten (I2), and an end stands (I4).
 */
export const isLater = (one: Training, other: Training): boolean => {
  if (one.attemptsStarted !== other.attemptsStarted) return one.attemptsStarted > other.attemptsStarted;
  if (isTerminal(one) !== isTerminal(other)) return isTerminal(one);
  return one.rev > other.rev;
};

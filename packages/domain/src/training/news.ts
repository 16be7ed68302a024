import { isTerminal, type TerminalStatus } from './status.ts';
import type { Training } from './training.ts';

/** What others may want to be told of a training (SPEC §10): that it ended, or that a person is needed. */
export type TrainingNews = `training.${TerminalStatus}` | 'training.needs_attention';

/** What a change is worth telling; undefined for most. An end says more than the mark that came with it. */
export const newsOf = (before: Training, after: Training): TrainingNews | undefined => {
  if (isTerminal(after) && !isTerminal(before)) return `training.${after.status}`;
  const { needsAttention: mark } = after;
  return mark && mark.reason !== before.needsAttention?.reason ? 'training.needs_attention' : undefined;
};

import { isTerminal, type TerminalStatus } from './status.ts';
import type { Training } from './training.ts';

/** What others may want to be told of a training (SPEC §10): that it ended, or that a person is needed. */
export type TrainingNotificationType = `training.${TerminalStatus}` | 'training.needs_attention';

/** What a change is worth telling; undefined for most. An end says more than the mark that came with it. */
export function notificationTypeFrom(
  before: Training,
  after: Training,
): TrainingNotificationType | undefined {
  if (isTerminal(after) && !isTerminal(before)) return `training.${after.status}`;
  const { needsAttention: attention } = after;
  if (getHold(after) && !getHold(before)) return 'training.needs_attention';
  return attention && attention.reason !== before.needsAttention?.reason
    ? 'training.needs_attention'
    : undefined;
}

function getHold(training: Training) {
  return training.status === 'queued' ? training.hold : undefined;
}

/** Why a person is needed: for a mark, or to raise a budget. */
export function getAttentionReason(training: Training): string | undefined {
  return training.needsAttention?.reason ?? getHold(training)?.reason;
}

import type { TrainingStatus } from './training.ts';

/** All states, in the order in which a training passes through them. */
export const TRAINING_STATUSES = [
  'queued',
  'submitting',
  'unconfirmed',
  'submitted',
  'running',
  'cancelling',
  'finalizing',
  'completed',
  'failed',
  'timed_out',
  'cancelled',
] as const satisfies readonly TrainingStatus[];

/** The terminal states, which are absorbing (I4). The only list of them. */
export const TERMINAL_STATUSES = ['completed', 'failed', 'timed_out', 'cancelled'] as const;
/** A terminal state. */
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

/** The states in which a run may be live at the provider, so that the training holds a slot (I8). */
export const SLOT_STATUSES = ['submitting', 'unconfirmed', 'submitted', 'running', 'cancelling'] as const;
/** A state that holds a slot. */
export type SlotStatus = (typeof SLOT_STATUSES)[number];

const terminal: ReadonlySet<string> = new Set(TERMINAL_STATUSES);
const slots: ReadonlySet<TrainingStatus> = new Set(SLOT_STATUSES);

/** Maps a state to the five states of the legacy API, which manifests hold. */
export function toCoarseStatus(status: TrainingStatus): CoarseStatus {
  return COARSE_STATUSES[status];
}

/** Whether a state is terminal; false for an unknown state. */
export function isTerminalStatus(status: string): status is TerminalStatus {
  return terminal.has(status);
}

/** Whether the training is in a terminal state. */
export function isTerminal<T extends { readonly status: TrainingStatus }>(
  training: T,
): training is Extract<T, { status: TerminalStatus }> {
  return isTerminalStatus(training.status);
}

/** Whether the training holds a slot of the concurrency limit. */
export function holdsSlot<T extends { readonly status: TrainingStatus }>(
  training: T,
): training is Extract<T, { status: SlotStatus }> {
  return slots.has(training.status);
}

/** A state of the legacy API (docs/compatibility.md). */
export type CoarseStatus = 'pending' | 'training' | 'completed' | 'failed' | 'cancelled';

const COARSE_STATUSES: { readonly [S in TrainingStatus]: CoarseStatus } = {
  queued: 'pending',
  submitting: 'pending',
  unconfirmed: 'pending',
  submitted: 'pending',
  running: 'training',
  cancelling: 'training',
  finalizing: 'training',
  completed: 'completed',
  failed: 'failed',
  timed_out: 'failed',
  cancelled: 'cancelled',
};

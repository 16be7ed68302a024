import type { TrainingStatus } from './training.ts';

/** All states, in the order of a training's life. */
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

/** The states that nothing leaves (I4). */
export const TERMINAL_STATUSES = ['completed', 'failed', 'timed_out', 'cancelled'] as const;
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

/** The states in which a run may live at the provider, so that a slot is held (SPEC §2, I8). */
export const SLOT_STATUSES = ['submitting', 'unconfirmed', 'submitted', 'running', 'cancelling'] as const;
export type SlotStatus = (typeof SLOT_STATUSES)[number];

const terminal: ReadonlySet<TrainingStatus> = new Set(TERMINAL_STATUSES);
const slots: ReadonlySet<TrainingStatus> = new Set(SLOT_STATUSES);

/** The state in the seeds' words, as manifests hold it. */
export function toCoarseStatus(status: TrainingStatus): CoarseStatus {
  return COARSE_STATUSES[status];
}

/** Whether the training has come to its end. */
export function isTerminal<T extends { readonly status: TrainingStatus }>(
  training: T,
): training is Extract<T, { status: TerminalStatus }> {
  return terminal.has(training.status);
}

/** Whether the training holds one unit of the bound. */
export function holdsSlot<T extends { readonly status: TrainingStatus }>(
  training: T,
): training is Extract<T, { status: SlotStatus }> {
  return slots.has(training.status);
}

/** The seeds' five coarse words (SPEC §2). */
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

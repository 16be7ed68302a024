export {
  ATTEMPT_DEADLINE_GRACE_MS,
  type Attempt,
  calculateAttemptDeadline,
  type EndedRun,
  type Expectation,
  type Run,
} from './attempt.ts';
export {
  type Cause,
  type EventByType,
  TRAINING_EVENT_TYPES,
  type TrainingEvent,
  type TrainingEventType,
} from './event.ts';
export { getAttentionReason, notificationTypeFrom, type TrainingNotificationType } from './notification.ts';
export { type Obligation, obligations } from './obligations.ts';
export { countImages, type OnBudget, type TrainingRequest } from './request.ts';
export type { RunOutcome, RunOutput, RunProgress } from './run.ts';
export {
  type CoarseStatus,
  holdsSlot,
  isTerminal,
  SLOT_STATUSES,
  TERMINAL_STATUSES,
  type TerminalStatus,
  TRAINING_STATUSES,
  toCoarseStatus,
} from './status.ts';
export {
  acceptTraining,
  type BudgetHold,
  type Model,
  type Queued,
  type SlotHolding,
  type Training,
  type TrainingIn,
  type TrainingStatus,
} from './training.ts';
export { estimateEnd, type PoolPaceSample, paceSampleFrom } from './training-pace.ts';
export { type Transition, transition } from './transition.ts';
export { CANCELLED_WHEN_MISSING_MS } from './transitions/cancelling.ts';
export {
  COUNTS_TO_REFUTE,
  FIRST_COUNT_AFTER_MS,
  MIN_COUNT_INTERVAL_MS,
} from './transitions/endpoint-count.ts';
export { RETRY_DELAY_MS } from './transitions/run.ts';
export { getWarnings } from './warnings.ts';

import {
  ignoredOnceTerminal,
  ignoredWhileCancelling,
  ignoredWhileFinalizing,
  ignoredWhileLive,
  ignoredWhileQueued,
  ignoredWhileSubmitting,
  ignoredWhileUnconfirmed,
} from './ignored-events.ts';
import type { EventByType, TrainingEventType } from './state/event.ts';
import type { TerminalStatus } from './state/status.ts';
import type { Training, TrainingIn, TrainingStatus } from './state/training.ts';
import { clearAttention, forCurrentAttempt, forCurrentRun, raiseAttention } from './transitions/base.ts';
import {
  acknowledgeCancel,
  declareStoppedRunDead,
  endCancelling,
  expireCancelling,
  handleMissingWhileCancelling,
  observeCancelling,
  requestCancelDuringStop,
} from './transitions/cancelling.ts';
import { applyEndpointCount } from './transitions/endpoint-count.ts';
import {
  adoptRunOutput,
  completeTraining,
  failWithoutOutput,
  markRecorded,
} from './transitions/finalizing.ts';
import {
  beginAttempt,
  cancelQueued,
  changeBudget,
  changePriority,
  failBeforeSubmit,
  holdForBudget,
  releaseHold,
  snooze,
} from './transitions/queued.ts';
import {
  endRun,
  failLostRun,
  markRunMissing,
  markRunUnanswered,
  observeRun,
  requestCancel,
  stopRun,
} from './transitions/run.ts';
import { recordOrphan, replaceAdoptedRun, returnRun, stopOrphan } from './transitions/run-claim.ts';
import {
  acceptRun,
  adoptUnconfirmedOutput,
  endRefused,
  expireSubmission,
  quarantine,
  recordCancelRequest,
  requeueRefuted,
  requeueUnsent,
} from './transitions/submission.ts';

/** The cells of a state: a function from training and event to the next training, for every event. */
type Row<S extends TrainingStatus> = {
  readonly [E in TrainingEventType]: (training: TrainingIn<S>, event: EventByType<E>) => Training;
};

/** The mark for an operator and the runs of former attempts change in every state. */
const anyState = {
  attention_raised: raiseAttention,
  attention_cleared: clearAttention,
  run_orphaned: recordOrphan,
  orphan_stopped: stopOrphan,
};

const terminalRow = {
  ...ignoredOnceTerminal,
  end_recorded: markRecorded,
  ...anyState,
} satisfies Row<TerminalStatus>;

/**
 * The lifecycle: one row per state, one cell per event. A missing cell does not compile. The spread constants hold the
 * events that a state ignores, so that a row lists its effective cells (docs/concepts/lifecycle.md).
 */
export const table: { readonly [S in TrainingStatus]: Row<S> } = {
  queued: {
    ...ignoredWhileQueued,
    priority_changed: changePriority,
    preparation_failed: failBeforeSubmit,
    preparation_snoozed: snooze,
    budget_held: holdForBudget,
    budget_changed: changeBudget,
    budget_released: releaseHold,
    submission_started: beginAttempt,
    cancel_requested: cancelQueued,
    ...anyState,
  },
  submitting: {
    ...ignoredWhileSubmitting,
    submission_not_sent: forCurrentAttempt(requeueUnsent),
    submission_refused: forCurrentAttempt(endRefused),
    submission_accepted: forCurrentAttempt(acceptRun),
    submission_unclear: forCurrentAttempt(quarantine),
    output_found: forCurrentAttempt(adoptUnconfirmedOutput),
    attempt_expired: forCurrentAttempt(expireSubmission),
    cancel_requested: recordCancelRequest,
    ...anyState,
  },
  unconfirmed: {
    ...ignoredWhileUnconfirmed,
    submission_not_sent: forCurrentAttempt(requeueUnsent),
    submission_refused: forCurrentAttempt(endRefused),
    submission_accepted: forCurrentAttempt(acceptRun),
    endpoint_counted: forCurrentAttempt(applyEndpointCount),
    submission_refuted: forCurrentAttempt(requeueRefuted),
    output_found: forCurrentAttempt(adoptUnconfirmedOutput),
    attempt_expired: forCurrentAttempt(expireSubmission),
    cancel_requested: recordCancelRequest,
    ...anyState,
  },
  submitted: {
    ...ignoredWhileLive,
    submission_accepted: forCurrentAttempt(replaceAdoptedRun),
    run_observed: forCurrentRun(observeRun),
    run_ended: forCurrentRun(endRun),
    run_missing: forCurrentRun(markRunMissing),
    run_unanswered: forCurrentRun(markRunUnanswered),
    run_claimed_twice: forCurrentRun(returnRun),
    output_found: forCurrentAttempt(adoptRunOutput),
    attempt_expired: forCurrentAttempt(failLostRun),
    run_declared_dead: forCurrentAttempt(failLostRun),
    cancel_requested: requestCancel,
    stop_requested: forCurrentAttempt(stopRun),
    ...anyState,
  },
  running: {
    ...ignoredWhileLive,
    submission_accepted: forCurrentAttempt(replaceAdoptedRun),
    run_observed: forCurrentRun(observeRun),
    run_ended: forCurrentRun(endRun),
    run_missing: forCurrentRun(markRunMissing),
    run_unanswered: forCurrentRun(markRunUnanswered),
    run_claimed_twice: forCurrentRun(returnRun),
    output_found: forCurrentAttempt(adoptRunOutput),
    attempt_expired: forCurrentAttempt(failLostRun),
    run_declared_dead: forCurrentAttempt(failLostRun),
    cancel_requested: requestCancel,
    stop_requested: forCurrentAttempt(stopRun),
    ...anyState,
  },
  cancelling: {
    ...ignoredWhileCancelling,
    submission_accepted: forCurrentAttempt(replaceAdoptedRun),
    run_observed: forCurrentRun(observeCancelling),
    run_ended: forCurrentRun(endCancelling),
    run_missing: forCurrentRun(handleMissingWhileCancelling),
    run_unanswered: forCurrentRun(markRunUnanswered),
    run_claimed_twice: forCurrentRun(returnRun),
    output_found: forCurrentAttempt(adoptRunOutput),
    attempt_expired: forCurrentAttempt(expireCancelling),
    run_declared_dead: forCurrentAttempt(declareStoppedRunDead),
    cancel_requested: requestCancelDuringStop,
    cancel_acknowledged: forCurrentAttempt(acknowledgeCancel),
    ...anyState,
  },
  finalizing: {
    ...ignoredWhileFinalizing,
    submission_accepted: forCurrentAttempt(replaceAdoptedRun),
    run_claimed_twice: forCurrentRun(returnRun),
    output_verified: forCurrentAttempt(completeTraining),
    output_missing: forCurrentAttempt(failWithoutOutput),
    ...anyState,
  },
  completed: terminalRow,
  failed: terminalRow,
  timed_out: terminalRow,
  cancelled: terminalRow,
};

import type { TrainingEventType } from './state/event.ts';

/** The cell of an event that does not change a training in a state. */
type IgnoredCell = <T>(training: T) => T;

function ignoreEvents<E extends TrainingEventType>(
  ...types: readonly E[]
): { readonly [Type in E]: IgnoredCell } {
  const ignore: IgnoredCell = (training) => training;
  return Object.fromEntries(types.map((type) => [type, ignore])) as { readonly [Type in E]: IgnoredCell };
}

/** Events of a waiting training: order, preparation, budget and the start of an attempt. */
const queueEventsIgnored = ignoreEvents(
  'priority_changed',
  'preparation_failed',
  'preparation_snoozed',
  'budget_held',
  'budget_changed',
  'budget_released',
  'submission_started',
);
/** Results of a submission. */
const submissionResultsIgnored = ignoreEvents(
  'submission_not_sent',
  'submission_refused',
  'submission_accepted',
  'submission_unclear',
);
/** Evidence about an unconfirmed submission. */
const evidenceIgnored = ignoreEvents('endpoint_counted', 'submission_refuted');
/** States of a run at the provider. */
const runEventsIgnored = ignoreEvents(
  'run_observed',
  'run_ended',
  'run_missing',
  'run_unanswered',
  'run_claimed_twice',
);
/** Ends of an attempt that are proven without a result of the provider. */
const attemptEndsIgnored = ignoreEvents('output_found', 'attempt_expired', 'run_declared_dead');
/** Results of finalizing. */
const finalizingEventsIgnored = ignoreEvents('output_verified', 'output_missing');
const stopIgnored = ignoreEvents('stop_requested');
const acknowledgementIgnored = ignoreEvents('cancel_acknowledged');
const endRecordedIgnored = ignoreEvents('end_recorded');

/** Without a live attempt, every event of an attempt is late. */
export const ignoredWhileQueued = {
  ...submissionResultsIgnored,
  ...evidenceIgnored,
  ...runEventsIgnored,
  ...attemptEndsIgnored,
  ...stopIgnored,
  ...acknowledgementIgnored,
  ...finalizingEventsIgnored,
  ...endRecordedIgnored,
};

/** While it is unknown whether a run exists, no event of a run can be about this attempt. */
const ignoredInSubmission = {
  ...queueEventsIgnored,
  ...runEventsIgnored,
  ...stopIgnored,
  ...acknowledgementIgnored,
  ...finalizingEventsIgnored,
  ...endRecordedIgnored,
  ...ignoreEvents('run_declared_dead'),
};
/** While the request is in flight, counts of the endpoint are no evidence. */
export const ignoredWhileSubmitting = { ...ignoredInSubmission, ...evidenceIgnored };
/** An unclear result does not change a submission that is already unconfirmed. */
export const ignoredWhileUnconfirmed = { ...ignoredInSubmission, ...ignoreEvents('submission_unclear') };

const ignoredDuringRun = {
  ...queueEventsIgnored,
  ...submissionResultsIgnored,
  ...evidenceIgnored,
  ...finalizingEventsIgnored,
  ...endRecordedIgnored,
};
/** While the run is live and not being stopped, there is no cancel to acknowledge. */
export const ignoredWhileLive = { ...ignoredDuringRun, ...acknowledgementIgnored };
/** A run that is being stopped is not stopped again. */
export const ignoredWhileCancelling = { ...ignoredDuringRun, ...stopIgnored };

const ignoredAfterRun = {
  ...queueEventsIgnored,
  ...submissionResultsIgnored,
  ...evidenceIgnored,
  ...runEventsIgnored,
  ...attemptEndsIgnored,
  ...ignoreEvents('cancel_requested'),
  ...stopIgnored,
  ...acknowledgementIgnored,
};
/** The run has ended with a model: it can no longer be cancelled, and only the check of its output ends the training. */
export const ignoredWhileFinalizing = { ...ignoredAfterRun, ...endRecordedIgnored };
/** Terminal states are absorbing (I4): only the mark for an operator, the list of runs and `recorded` still change. */
export const ignoredOnceTerminal = { ...ignoredAfterRun, ...finalizingEventsIgnored };

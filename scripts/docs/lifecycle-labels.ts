import type { TrainingEventType, TrainingStatus } from '../../packages/domain/src/index.ts';

/** What a state means, and who moves a training out of it. A state without these words does not compile. */
export const STATE_DESCRIPTIONS: {
  readonly [S in TrainingStatus]: { readonly meaning: string; readonly exit: string };
} = {
  queued: {
    meaning: 'Accepted and durable; its job waits in the queue `trainings`.',
    exit: 'A dispatcher, when a slot is free, the gate is open and `notBefore` has passed; a person where a budget holds it; a cancel at once.',
  },
  submitting: {
    meaning: 'The slot is taken and saved; the call to the provider is on its way.',
    exit: 'The dispatcher that calls; if it dies, the reconciler makes it `unconfirmed` 45 s after the start, when no call can be under way.',
  },
  unconfirmed: {
    meaning: 'The call ended without a clear answer: a run may live.',
    exit: 'The reconciler, by evidence: a webhook or an output adopts the run, three counts of the endpoint refute it, `attempt_deadline` ends it; or a person’s word.',
  },
  submitted: {
    meaning: 'The provider has the run and has not started it.',
    exit: 'The reconciler, after asking the provider (a webhook or the poll made it ask).',
  },
  running: {
    meaning: 'The provider says that the run is in progress.',
    exit: 'The reconciler, after asking the provider.',
  },
  cancelling: {
    meaning:
      'The run is to be stopped, by a person’s wish or because it waited or ran too long; it may still live.',
    exit: 'The reconciler, when the provider confirms the end: cancelled if a person wished it, else another try or `timed_out`. A success that overtakes the stop is kept (I7).',
  },
  finalizing: {
    meaning: 'The run ended well by the provider’s word; the output is looked at and the manifest written.',
    exit: 'The reconciler, once the manifest is written. A store that is down is waited for.',
  },
  completed: { meaning: 'The model exists and the manifest names it.', exit: 'Nobody (I4).' },
  failed: { meaning: 'It ended without a model.', exit: 'Nobody; a retry is a new training.' },
  timed_out: {
    meaning: 'Its run used up its execution time.',
    exit: 'Nobody; it is never retried by itself.',
  },
  cancelled: { meaning: 'It was asked to end, and the end is proven.', exit: 'Nobody.' },
};

/** An event in a few words, for the chart. An event without them does not compile. */
export const EVENT_LABELS: { readonly [E in TrainingEventType]: string } = {
  priority_changed: 'another priority',
  preparation_failed: 'data or request faulty',
  preparation_snoozed: 'waits again',
  budget_held: 'budget without room',
  budget_changed: 'another budget',
  budget_released: 'released by a person',
  submission_started: 'slot taken',
  submission_not_sent: 'never sent',
  submission_refused: 'refused',
  submission_accepted: 'run id known',
  submission_unclear: 'no clear answer',
  endpoint_counted: 'runs counted',
  submission_refuted: 'no such run',
  run_observed: 'seen alive',
  run_ended: 'run ended',
  run_missing: 'run unknown (404)',
  output_found: 'output in the store',
  attempt_expired: 'attempt_deadline passed',
  cancel_requested: 'cancel asked',
  stop_requested: 'waited or ran too long',
  cancel_acknowledged: 'cancel acknowledged',
  output_verified: 'model in the manifest',
  output_missing: 'no usable output',
  end_recorded: 'end in the manifest',
  attention_raised: 'a person is needed',
  attention_cleared: 'settled',
};

import type { TrainingEventType, TrainingStatus } from '../../../packages/domain/src/index.ts';

/** What a state means, and who moves a training out of it. A state without these words does not compile. */
export const STATES: {
  readonly [S in TrainingStatus]: { readonly means: string; readonly leaves: string };
} = {
  queued: {
    means: 'Accepted and durable; its job waits in the queue `trainings`.',
    leaves:
      'A dispatcher, when a slot is free, the gate is open and `notBefore` has passed; a person where a budget holds it; a cancel at once.',
  },
  submitting: {
    means: 'The slot is taken and saved; the call to the provider is on its way.',
    leaves:
      'The dispatcher that calls; if it dies, the reconciler makes it `unconfirmed` 45 s after the start, when no call can be under way.',
  },
  unconfirmed: {
    means: 'The call ended without a clear answer: a run may live.',
    leaves:
      'The reconciler, by evidence: a webhook or an output adopts the run, three counts of the endpoint refute it, `dead_by` ends it; or a person’s word.',
  },
  submitted: {
    means: 'The provider has the run and has not started it.',
    leaves: 'The reconciler, after asking the provider (a webhook or the poll made it ask).',
  },
  running: {
    means: 'The provider says that the run is in progress.',
    leaves: 'The reconciler, after asking the provider.',
  },
  cancelling: {
    means:
      'The run is to be stopped, by a person’s wish or because it waited or ran too long; it may still live.',
    leaves:
      'The reconciler, when the provider confirms the end: cancelled if a person wished it, else another try or `timed_out`. A success that overtakes the stop is kept (I7).',
  },
  finalizing: {
    means: 'The run ended well by the provider’s word; the output is looked at and the manifest written.',
    leaves: 'The reconciler, once the manifest is written. A store that is down is waited for.',
  },
  completed: { means: 'The model exists and the manifest names it.', leaves: 'Nobody (I4).' },
  failed: { means: 'It ended without a model.', leaves: 'Nobody; a retry is a new training.' },
  timed_out: {
    means: 'Its run used up its execution time.',
    leaves: 'Nobody; it is never retried by itself.',
  },
  cancelled: { means: 'It was asked to end, and the end is proven.', leaves: 'Nobody.' },
};

/** An event in a few words, for the chart. An event without them does not compile. */
export const EVENTS: { readonly [E in TrainingEventType]: string } = {
  priority_changed: 'another priority',
  preparation_failed: 'data or request faulty',
  preparation_postponed: 'waits again',
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
  attempt_expired: 'dead_by passed',
  cancel_requested: 'cancel asked',
  recall_requested: 'waited or ran too long',
  cancel_acknowledged: 'cancel acknowledged',
  output_verified: 'model in the manifest',
  output_missing: 'no usable output',
  end_recorded: 'end in the manifest',
  attention_raised: 'a person is needed',
  attention_settled: 'settled',
};

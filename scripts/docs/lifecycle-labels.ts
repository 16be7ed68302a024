import type { TrainingEventType, TrainingStatus } from '../../packages/domain/src/index.ts';

/** Meaning of a state, and the process that moves a training out of it. A state without a description does not compile. */
export const STATE_DESCRIPTIONS: {
  readonly [S in TrainingStatus]: { readonly meaning: string; readonly exit: string };
} = {
  queued: {
    meaning: 'Accepted and durable; its job waits in the queue `trainings`.',
    exit: 'A dispatcher, when a slot is free, the gate is open and `notBefore` has passed. An operator, if a budget holds it. A cancel ends it at once.',
  },
  submitting: {
    meaning: 'The slot is acquired and saved; the request to RunPod is under way.',
    exit: 'The dispatcher that sends the request. If it dies, the reconciler moves the training to `unconfirmed` 45 s after the start, when no request can be under way.',
  },
  unconfirmed: {
    meaning: 'The request ended without a clear answer; a run may exist.',
    exit: 'The reconciler, by evidence: a webhook or an output adopts the run, three endpoint counts refute it, `attempt_deadline` ends it. Or an operator, by `resolve`.',
  },
  submitted: {
    meaning: 'RunPod has the run and has not started it.',
    exit: 'The reconciler, after asking RunPod (on a webhook or a poll). Or an operator, by `resolve`, after `attempt_deadline` while RunPod does not answer.',
  },
  running: {
    meaning: 'RunPod reports the run as in progress.',
    exit: 'The reconciler, after asking RunPod. Or an operator, as in `submitted`.',
  },
  cancelling: {
    meaning:
      'A stop of the run is requested, by a caller or because it waited or ran too long; the run may still be alive.',
    exit: 'The reconciler, when RunPod confirms the end: `cancelled` if a caller requested it, otherwise a further attempt or `timed_out`. A success that overtakes the stop is kept (I7). Or an operator, as in `submitted`.',
  },
  finalizing: {
    meaning: 'RunPod reports a successful end; the output is checked and the manifest written.',
    exit: 'The reconciler, once the manifest is written. It retries while the object store is unavailable; once the training needs attention, an operator may end it by `resolve`. Or the dispatcher, when RunPod names the run for a different attempt.',
  },
  completed: { meaning: 'The model exists and the manifest names it.', exit: 'Final (I4).' },
  failed: { meaning: 'The training ended without a model.', exit: 'Final; a retry is a new training.' },
  timed_out: {
    meaning: 'The run used up its execution time.',
    exit: 'Final; it is never retried automatically.',
  },
  cancelled: { meaning: 'A cancel was requested, and the end is proven.', exit: 'Final.' },
};

/** Short label of an event for the chart. An event without a label does not compile. */
export const EVENT_LABELS: { readonly [E in TrainingEventType]: string } = {
  priority_changed: 'priority changed',
  preparation_failed: 'data or request faulty',
  preparation_snoozed: 'snoozed',
  budget_held: 'budget exhausted',
  budget_changed: 'budget changed',
  budget_released: 'released by an operator',
  submission_started: 'slot acquired',
  submission_not_sent: 'not sent',
  submission_refused: 'refused',
  submission_accepted: 'run id known',
  submission_unclear: 'no clear answer',
  endpoint_counted: 'runs counted',
  submission_refuted: 'no such run',
  run_observed: 'run observed',
  run_ended: 'run ended',
  run_missing: 'run unknown (404)',
  run_unanswered: 'no answer of RunPod',
  run_claimed_twice: 'run of a different attempt',
  run_orphaned: 'orphaned run found',
  orphan_stopped: 'orphaned run stopped',
  run_declared_dead: 'run declared dead',
  output_found: 'output in the object store',
  attempt_expired: 'attempt_deadline passed',
  cancel_requested: 'cancel requested',
  stop_requested: 'waited or ran too long',
  cancel_acknowledged: 'cancel acknowledged',
  output_verified: 'model in the manifest',
  output_missing: 'no usable output',
  end_recorded: 'end in the manifest',
  attention_raised: 'attention needed',
  attention_cleared: 'attention cleared',
};

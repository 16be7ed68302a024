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
    exit: 'The reconciler, by evidence: a webhook or an output adopts the run, three endpoint counts refute it; after `attempt_deadline`, a count without an unaccounted run ends it. Or the dispatcher, by a late answer of RunPod. Or an operator, by `resolve`.',
  },
  submitted: {
    meaning: 'RunPod has the run and has not started it.',
    exit: 'The reconciler, after asking RunPod (on a webhook or a poll). Or an operator, by `resolve`, after `attempt_deadline` while RunPod does not answer. An adopted run that proves to belong to a different attempt makes the training `unconfirmed` again.',
  },
  running: {
    meaning: 'RunPod reports the run as in progress.',
    exit: 'The reconciler, after asking RunPod. Or an operator, as in `submitted`.',
  },
  cancelling: {
    meaning:
      'A stop of the run is requested, by a caller or because it waited or ran too long; the run may still be alive.',
    exit: "The reconciler, when the end is proven: `cancelled` if a caller requested it; otherwise `timed_out` after the execution timeout, and `queued` after the queue budget, or `failed` (`never_started`) when no attempt is left. A success that overtakes the stop is kept (I7). Or an operator, as in `submitted`. If the run proves to belong to a different attempt: `unconfirmed`, or `submitted` with the run of RunPod's late answer.",
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

/** Meaning of an event, and its source. An event without a description does not compile. */
export const EVENT_DESCRIPTIONS: { readonly [E in TrainingEventType]: string } = {
  priority_changed: 'An operator changed the priority.',
  preparation_failed: 'The preparation found a fault in data or request, before any cost.',
  preparation_snoozed:
    'The training could not be prepared or started for a reason outside of it, for example the object store; it waits until `notBefore`.',
  budget_held: 'No budget has room for the next run; the training is held without a job.',
  budget_changed: 'An operator set or removed the budget of the training.',
  budget_released: 'An operator released the held training, or its raised budget has room.',
  submission_started:
    'A dispatcher acquired a slot and saved the start of the next attempt; the request follows.',
  submission_not_sent:
    'No request reached RunPod, or RunPod answered 429, 401, 402, 403 or 404, or its refusal closed the gate. No attempt is used.',
  submission_refused: 'RunPod refused this request for good.',
  submission_accepted:
    "The run id is known: by RunPod's answer, by a webhook that RunPod confirms, or by `resolve` with `adopt`.",
  submission_unclear: 'The request ended without a clear answer, or no answer was saved within 45 s.',
  endpoint_counted: 'A valid count of the runs at the endpoint. Three empty counts decide.',
  submission_refuted:
    'An operator confirmed that no run of the attempt is alive (`resolve` with `resubmit`).',
  run_observed: 'RunPod reports the run as in its queue or in progress.',
  run_ended: 'RunPod reports the end of the run: COMPLETED, FAILED, CANCELLED or TIMED_OUT.',
  run_missing: 'RunPod answers 404 for the run, and no model of it was found.',
  run_unanswered: 'RunPod gave no answer about the run; 401 and 403 are none.',
  run_claimed_twice: "RunPod's answer to a different submission names the run that this attempt adopted.",
  run_orphaned: 'RunPod accepted a run for an attempt that is no longer current; the run is cancelled.',
  orphan_stopped: 'The orphaned run is cancelled or has ended, or the deadline of its attempt has passed.',
  run_declared_dead:
    'An operator confirmed that a known run is dead (`resolve` with `fail`), after `attempt_deadline` and 10 min without an answer of RunPod.',
  output_found: 'The object store holds a model of this attempt.',
  attempt_expired:
    '`attempt_deadline` has passed, and a fresh answer of RunPod shows no live run. In `unconfirmed` also: `resolve` with `fail`.',
  cancel_requested: 'A caller requested a cancel.',
  stop_requested: 'The run waited longer than the queue budget, or ran 10 min over its execution timeout.',
  cancel_acknowledged: 'RunPod acknowledged the cancel; the end of the run is not proven yet (I7).',
  output_verified: 'The output is checked and the manifest names the model.',
  output_missing:
    'The successful run left no usable output, or an operator gave up its check (`resolve` with `fail`).',
  end_recorded: 'The manifest holds the end of the training.',
  attention_raised: 'The training needs an operator.',
  attention_cleared: 'The mark is removed. A change of state removes it too, without this event.',
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
  submission_refuted: 'declared absent',
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

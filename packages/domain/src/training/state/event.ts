import type { Failure } from '../../failure/failure.ts';
import type { Warning } from '../../hyperparameters/policies/policy.ts';
import type { Attempt, RunOutcome, RunOutput, RunProgress } from './attempt.ts';
import type { Model } from './model.ts';
import type { BudgetHold, RunStop } from './training.ts';

/** The origin of an event; `person` is an operator at the terminal. */
export type Cause = 'api' | 'dispatcher' | 'webhook' | 'poll' | 'sweep' | 'store' | 'person';

interface Event<T extends string> {
  readonly type: T;
  /** Epoch ms; the domain has no clock of its own. */
  readonly at: number;
  readonly cause: Cause;
}
/** An event of an attempt; an event of an earlier attempt changes nothing (I4). */
interface AttemptEvent<T extends string> extends Event<T> {
  readonly attempt: number;
}

/** An operator changed the priority of a waiting training. */
export type PriorityChanged = Event<'priority_changed'> & { readonly priority: number };
/** A fault in the data or the request was found before the submission, so without cost. */
export type PreparationFailed = Event<'preparation_failed'> & { readonly failure: Failure };
/** The preparation failed for a temporary reason; the job waits until `notBefore` under the given lock token. */
export type PreparationSnoozed = Event<'preparation_snoozed'> & {
  readonly reason: string;
  readonly notBefore: number;
  readonly lockToken: string;
};
/** A budget is exhausted for the next run: the training is held until an operator releases it. */
export type BudgetHeld = Event<'budget_held'> & {
  readonly of: BudgetHold['of'];
  readonly reason: string;
  /** Lock token of the active job of the training. */
  readonly lockToken?: string;
};
/** An operator set the budget of the training, or removed it (no amount). */
export type BudgetChanged = Event<'budget_changed'> & { readonly by: string; readonly budgetUsd?: number };
/** A held training returns to the queue, with a reservation for its run. */
export type BudgetReleased = Event<'budget_released'> & {
  readonly by: string;
  readonly reservedUsd?: number;
  /** True: only while the budget of the batch suffices. False: an operator overrides the budget of the batch. */
  readonly withinBatchBudget: boolean;
};
/** The slot is acquired, and the request to the provider follows. */
export type SubmissionStarted = Event<'submission_started'> & { readonly attempt: Attempt };
/** The request provably made no run, or its refusal closed the gate; the attempt is not spent. */
export type SubmissionNotSent = AttemptEvent<'submission_not_sent'> & {
  readonly reason: string;
  readonly notBefore?: number;
};
/** The provider rejected the request for good. */
export type SubmissionRefused = AttemptEvent<'submission_refused'> & { readonly failure: Failure };
/** The provider accepted the run. */
export type SubmissionAccepted = AttemptEvent<'submission_accepted'> & { readonly runId: string };
/** The request ended without a clear result; a run may be live (I2). */
export type SubmissionUnclear = AttemptEvent<'submission_unclear'> & { readonly reason: string };
/** The number of runs that the endpoint holds beyond the known live runs (docs/concepts/unconfirmed-submissions.md). */
export type EndpointCounted = AttemptEvent<'endpoint_counted'> & {
  readonly unaccounted: number;
  /** Number of attempts on the endpoint for which it is unknown whether a run exists, this attempt included. */
  readonly unconfirmed: number;
  /** Number of these whose request is in flight, so that their run may appear at any time. */
  readonly inFlight: number;
};
/** An operator confirmed that no run of this attempt exists. */
export type SubmissionRefuted = AttemptEvent<'submission_refuted'> & { readonly reason: string };
/** The provider reports a live run. */
export type RunObserved = AttemptEvent<'run_observed'> & {
  readonly runId: string;
  readonly phase: 'in_queue' | 'in_progress';
  readonly progress?: RunProgress;
};
/** The provider reports the end of the run. */
export type RunEnded = AttemptEvent<'run_ended'> & { readonly runId: string; readonly outcome: RunOutcome };
/** The provider does not know the run (404), and the object store holds no output of it. */
export type RunMissing = AttemptEvent<'run_missing'> & { readonly runId: string };
/** RunPod did not answer a poll of the run; 401 and 403 are no answers. */
export type RunUnanswered = AttemptEvent<'run_unanswered'> & { readonly runId: string };
/** RunPod's answer to the submission of a different attempt names the run that this attempt adopted. */
export type RunClaimedTwice = AttemptEvent<'run_claimed_twice'> & { readonly runId: string };
/** RunPod accepted a run for an attempt that is no longer current. */
export type RunOrphaned = AttemptEvent<'run_orphaned'> & {
  readonly endpointId: string;
  readonly runId: string;
  /** Epoch ms; the run cannot be alive after this time. */
  readonly attemptDeadline: number;
};
/** RunPod acknowledged the cancel of an orphaned run, or the deadline of its attempt has passed. */
export type OrphanStopped = AttemptEvent<'orphan_stopped'> & { readonly runId: string };
/** An operator confirmed that the run is dead, while RunPod does not answer. */
export type RunDeclaredDead = AttemptEvent<'run_declared_dead'>;
/** The object store holds the output of the attempt, although the provider no longer knows the run. */
export type OutputFound = AttemptEvent<'output_found'> & {
  readonly output: RunOutput;
  /** Reported by a provider that recorded the run as failed. */
  readonly executionMs?: number;
};
/** The attempt deadline has passed, the provider was asked again, and the object store holds no output. */
export type AttemptExpired = AttemptEvent<'attempt_expired'>;
/** A caller requested to cancel the training. */
export type CancelRequested = Event<'cancel_requested'> & { readonly by: string };
/** The system stops the run, because it waited or ran too long. */
export type StopRequested = AttemptEvent<'stop_requested'> & { readonly stop: RunStop };
/** The provider acknowledged the cancel; the end of the run is still unproven (I7). */
export type CancelAcknowledged = AttemptEvent<'cancel_acknowledged'>;
/** The model was found in the object store and is listed in the manifest. */
export type OutputVerified = AttemptEvent<'output_verified'> & {
  readonly model: Model;
  /** Warnings about its pictures and its checksum. */
  readonly warnings?: readonly Warning[];
};
/** The run reported success, but the object store holds no usable output. */
export type OutputMissing = AttemptEvent<'output_missing'> & { readonly failure: Failure };
/** The manifest holds the end of the training. */
export type EndRecorded = Event<'end_recorded'>;
/** The training needs an operator. */
export type AttentionRaised = Event<'attention_raised'> & { readonly reason: string };
/** The training no longer needs an operator. */
export type AttentionCleared = Event<'attention_cleared'>;

/** An event of a training: the input of the table, and the entry of its event log. */
export type TrainingEvent =
  | PriorityChanged
  | PreparationFailed
  | PreparationSnoozed
  | BudgetHeld
  | BudgetChanged
  | BudgetReleased
  | SubmissionStarted
  | SubmissionNotSent
  | SubmissionRefused
  | SubmissionAccepted
  | SubmissionUnclear
  | EndpointCounted
  | SubmissionRefuted
  | RunObserved
  | RunEnded
  | RunMissing
  | RunUnanswered
  | RunClaimedTwice
  | RunOrphaned
  | OrphanStopped
  | RunDeclaredDead
  | OutputFound
  | AttemptExpired
  | CancelRequested
  | StopRequested
  | CancelAcknowledged
  | OutputVerified
  | OutputMissing
  | EndRecorded
  | AttentionRaised
  | AttentionCleared;

/** The type of an event. */
export type TrainingEventType = TrainingEvent['type'];
/** The event of a given type. */
export type EventByType<T extends TrainingEventType> = Extract<TrainingEvent, { type: T }>;

/** All types of events, in the order of the lifecycle. */
export const TRAINING_EVENT_TYPES = [
  'priority_changed',
  'preparation_failed',
  'preparation_snoozed',
  'budget_held',
  'budget_changed',
  'budget_released',
  'submission_started',
  'submission_not_sent',
  'submission_refused',
  'submission_accepted',
  'submission_unclear',
  'endpoint_counted',
  'submission_refuted',
  'run_observed',
  'run_ended',
  'run_missing',
  'run_unanswered',
  'run_claimed_twice',
  'run_orphaned',
  'orphan_stopped',
  'run_declared_dead',
  'output_found',
  'attempt_expired',
  'cancel_requested',
  'stop_requested',
  'cancel_acknowledged',
  'output_verified',
  'output_missing',
  'end_recorded',
  'attention_raised',
  'attention_cleared',
] as const satisfies readonly TrainingEventType[];

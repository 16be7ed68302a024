import type { Failure } from '../failure/failure.ts';
import type { Attempt } from './attempt.ts';
import type { RunOutcome, RunOutput, RunProgress } from './run.ts';
import type { BudgetHold, Model, RunStop } from './training.ts';

/** Who brought the news. */
export type Cause = 'api' | 'dispatcher' | 'webhook' | 'poll' | 'sweep' | 'store' | 'person';

interface Event<T extends string> {
  readonly type: T;
  /** Epoch ms; the domain has no clock of its own. */
  readonly at: number;
  readonly cause: Cause;
}
/** News of one attempt; of any other than the current one it changes nothing (I4). */
interface AttemptEvent<T extends string> extends Event<T> {
  readonly attempt: number;
}

export type PriorityChanged = Event<'priority_changed'> & { readonly priority: number };
/** A fault in the data or the request that was found before anything was paid for. */
export type PreparationFailed = Event<'preparation_failed'> & { readonly failure: Failure };
/** What has to be looked at before the call could not be looked at; it waits under the lock that took it. */
export type PreparationSnoozed = Event<'preparation_snoozed'> & {
  readonly reason: string;
  readonly notBefore: number;
  readonly lockToken: string;
};
/** A budget has no room for its next run: it waits for a person. */
export type BudgetHeld = Event<'budget_held'> & {
  readonly of: BudgetHold['of'];
  readonly reason: string;
  /** The lock of a job of its that is active. */
  readonly lockToken?: string;
};
/** A person's word on what it may cost; none without an amount. */
export type BudgetChanged = Event<'budget_changed'> & { readonly by: string; readonly budgetUsd?: number };
/** It may wait its turn again, with so much set aside for its run. */
export type BudgetReleased = Event<'budget_released'> & {
  readonly by: string;
  readonly reservedUsd?: number;
  /** Only while its batch's purse has room; otherwise it is a person's word against the purse. */
  readonly withinBatchBudget: boolean;
};
/** The slot is taken and the call to the provider follows. */
export type SubmissionStarted = Event<'submission_started'> & { readonly attempt: Attempt };
/** Provably never reached the provider; no attempt is spent. */
export type SubmissionNotSent = AttemptEvent<'submission_not_sent'> & {
  readonly reason: string;
  readonly notBefore?: number;
};
export type SubmissionRefused = AttemptEvent<'submission_refused'> & { readonly failure: Failure };
export type SubmissionAccepted = AttemptEvent<'submission_accepted'> & { readonly runId: string };
/** The call ended without a clear answer; the run may live (I2). */
export type SubmissionUnclear = AttemptEvent<'submission_unclear'> & { readonly reason: string };
/** How many runs the endpoint holds beyond those that we know to live (SPEC §2, `unconfirmed`). */
export type EndpointCounted = AttemptEvent<'endpoint_counted'> & {
  readonly unaccounted: number;
  /** Attempts of ours of which it is unknown whether they have a run, this one included. */
  readonly unconfirmed: number;
  /** Those of them whose call is still under way, so that their run may appear at any moment. */
  readonly inFlight: number;
};
/** Evidence shows that no run of this attempt exists. */
export type SubmissionRefuted = AttemptEvent<'submission_refuted'> & { readonly reason: string };
/** The provider says that the run lives. */
export type RunObserved = AttemptEvent<'run_observed'> & {
  readonly runId: string;
  readonly phase: 'in_queue' | 'in_progress';
  readonly progress?: RunProgress;
};
/** The provider says how the run ended. */
export type RunEnded = AttemptEvent<'run_ended'> & { readonly runId: string; readonly outcome: RunOutcome };
/** The provider does not know the run (404), and the store has no output of it. */
export type RunMissing = AttemptEvent<'run_missing'> & { readonly runId: string };
/** The store holds the attempt's output though the provider no longer tells of the run. */
export type OutputFound = AttemptEvent<'output_found'> & {
  readonly output: RunOutput;
  /** Told by a provider that took the run for a failure. */
  readonly executionMs?: number;
};
/** `dead_by` has passed, a fresh answer agrees, and the store holds no output. */
export type AttemptExpired = AttemptEvent<'attempt_expired'>;
export type CancelRequested = Event<'cancel_requested'> & { readonly by: string };
/** The run is to be stopped for our own reasons: it waited or ran too long (SPEC §2, §9). */
export type StopRequested = AttemptEvent<'stop_requested'> & { readonly stop: RunStop };
export type CancelAcknowledged = AttemptEvent<'cancel_acknowledged'>;
/** The model was looked at and stands in the manifest. */
export type OutputVerified = AttemptEvent<'output_verified'> & { readonly model: Model };
export type OutputMissing = AttemptEvent<'output_missing'> & { readonly failure: Failure };
/** The manifest says how the training ended. */
export type EndRecorded = Event<'end_recorded'>;
export type AttentionRaised = Event<'attention_raised'> & { readonly reason: string };
export type AttentionCleared = Event<'attention_cleared'>;

/** Everything that can happen to a training. */
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

export type TrainingEventType = TrainingEvent['type'];
export type EventByType<T extends TrainingEventType> = Extract<TrainingEvent, { type: T }>;

/** All kinds of events, in the order of a training's life. */
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

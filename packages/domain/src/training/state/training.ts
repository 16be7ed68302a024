import type { RunCost } from '../../estimate/estimate.ts';
import type { Failure } from '../../failure/failure.ts';
import type { Hyperparameters } from '../../hyperparameters/fields/hyperparameters.ts';
import type { Warning } from '../../hyperparameters/policies/policy.ts';
import { type Subject, toSubject } from '../../subject.ts';
import type { Attempt, EndedRun, PastAttempt, Run, RunClaim } from './attempt.ts';
import type { Model } from './model.ts';

/** The fields of a training in every state. Times are epoch ms. */
export interface TrainingBase {
  readonly id: string;
  /** Revision: grows by one with every change; a writer with an older revision loses the compare-and-swap. */
  readonly rev: number;
  readonly acceptedAt: number;
  readonly changedAt: number;
  readonly request: TrainingRequest;
  /** 1 to 2 097 151; a lower number is dispatched earlier. */
  readonly priority: number;
  /** Number of started attempts; the next attempt has this number plus one. */
  readonly attemptsStarted: number;
  /** Attempts that count against `maxAttempts`: their run was accepted, or counts as lost. */
  readonly attemptsSpent: number;
  /** A cancel request that the end of the training has not fulfilled yet. */
  readonly cancelRequested?: { readonly at: number; readonly by: string };
  /** A mark on any state: the training needs an operator, for this reason. */
  readonly needsAttention?: { readonly reason: string; readonly since: number };
  /** Name of the version once it is assigned; later attempts keep it. */
  readonly versionName?: string;
  /** The runs of all attempts, oldest first. */
  readonly runs?: readonly RunClaim[];
  /** Cost of each ended run, oldest first. */
  readonly runCosts?: readonly RunCost[];
  /** The newest {@link MAX_PAST_ATTEMPTS} requeued attempts whose run the provider accepted, oldest first. */
  readonly pastAttempts?: readonly PastAttempt[];
  /** Reservation for the next or present run, in the budget of the batch when the training has one. USD. */
  readonly reservedUsd?: number;
  /** Budget of all runs together: the requested one until an operator changes it. USD. */
  readonly budgetUsd?: number;
}

/** The exhausted budget that holds a waiting training: its own or that of its batch. */
export interface BudgetHold {
  readonly of: 'training' | 'batch';
  readonly reason: string;
  readonly since: number;
}

interface Ended {
  readonly endedAt: number;
  /** Whether the manifest holds the end, when it lists the training; until then `write_manifest` is outstanding. */
  readonly recorded: boolean;
  /** The last attempt; absent when the training never started one. */
  readonly attempt?: Attempt & Partial<Omit<Run & EndedRun, keyof Attempt>>;
  readonly executionMs?: number;
}

/** Waits for a slot, or for a budget (`hold`). */
export type Queued = TrainingBase & {
  readonly status: 'queued';
  /** Start of the wait; among trainings of the same priority the oldest is dispatched first. */
  readonly queuedAt: number;
  /** Earliest time of dispatch. */
  readonly notBefore?: number;
  /** The reason why the training was requeued or snoozed. */
  readonly reason?: string;
  /** Lock token of the job of its last slot, while that job is not requeued yet. */
  readonly lockToken?: string;
  /** Keeps the training out of the queue until an operator raises or releases the budget. */
  readonly hold?: BudgetHold;
};
/** The slot is held and the request to the provider is in flight. */
export type Submitting = TrainingBase & { readonly status: 'submitting'; readonly attempt: Attempt };
/** The request ended without a clear result; it is not repeated until evidence decides (I2). */
export type Unconfirmed = TrainingBase & {
  readonly status: 'unconfirmed';
  readonly attempt: Attempt;
  readonly since: number;
  readonly reason: string;
  /** Times of the present series of consecutive counts without the run, oldest first. */
  readonly countsWithoutRun: readonly number[];
  /** Time of the last count while the run is unseen. */
  readonly lastCountAt?: number;
  /**
   * `seen`: a count proved the run. `possible`: a run of one of several unconfirmed attempts was live, or a gap between
   * counts was long enough for a run to start and end unseen. After either, only an operator can permit a new request.
   */
  readonly runSeen?: 'possible' | 'seen';
};
/** The provider accepted the run, and no worker has started it. */
export type Submitted = TrainingBase & { readonly status: 'submitted'; readonly attempt: Run };
/** A worker of the provider executes the run. */
export type Running = TrainingBase & { readonly status: 'running'; readonly attempt: Run };
/** The reason why the system stops a run, and the next step of the training: a new attempt, or the end. */
export interface RunStop {
  readonly reason: string;
  readonly next: 'requeue' | 'time_out';
}

/** The run is being stopped; it is live until the provider confirms its end. */
export type Cancelling = TrainingBase & {
  readonly status: 'cancelling';
  readonly attempt: Run;
  /** Time at which the provider acknowledged the cancel; the end of the run is still unproven (I7). */
  readonly acknowledgedAt?: number;
  /** Set when the system stops only this run, without a cancel request for the training. */
  readonly stop?: RunStop;
};
/** The run ended well; its output is being checked and the manifest written. */
export type Finalizing = TrainingBase & { readonly status: 'finalizing'; readonly attempt: EndedRun };
/** Terminal: the manifest lists the model. */
export type Completed = TrainingBase & Ended & { readonly status: 'completed'; readonly model: Model };
/** Terminal: the training ended without a model. */
export type Failed = TrainingBase & Ended & { readonly status: 'failed'; readonly failure: Failure };
/** Terminal: the run exceeded its execution timeout. */
export type TimedOut = TrainingBase & Ended & { readonly status: 'timed_out'; readonly failure: Failure };
/** Terminal: cancelled, with proof that no run is live. */
export type Cancelled = TrainingBase & Ended & { readonly status: 'cancelled' };

/** A training in exactly one state (docs/concepts/lifecycle.md). */
export type Training =
  | Queued
  | Submitting
  | Unconfirmed
  | Submitted
  | Running
  | Cancelling
  | Finalizing
  | Completed
  | Failed
  | TimedOut
  | Cancelled;

/** The name of a state. */
export type TrainingStatus = Training['status'];
/** A training in a given state. */
export type TrainingIn<S extends TrainingStatus> = Extract<Training, { status: S }>;

/** A training in a state that is not terminal. */
export type Unfinished = Exclude<Training, { readonly recorded: boolean }>;
/** A training whose run may be live at the provider. */
export type SlotHolding = TrainingIn<'submitting' | 'unconfirmed' | 'submitted' | 'running' | 'cancelling'>;

/**
 * Creates a training at revision 1, of the subject in its stored spelling (see {@link toSubject}). A held training reserves no budget; any other reserves its expected cost.
 */
export function acceptTraining(
  id: string,
  request: TrainingRequest,
  facts: { readonly at: number; readonly priority: number; readonly hold?: BudgetHold },
): Queued {
  return {
    id,
    rev: 1,
    status: 'queued',
    acceptedAt: facts.at,
    changedAt: facts.at,
    queuedAt: facts.at,
    request: { ...request, subject: toSubject(request.subject.kind, request.subject.id) },
    priority: facts.priority,
    attemptsStarted: 0,
    attemptsSpent: 0,
    ...(request.budgetUsd !== undefined && { budgetUsd: request.budgetUsd }),
    ...(facts.hold && { hold: facts.hold }),
    ...(!facts.hold && request.expected?.costUsd !== undefined && { reservedUsd: request.expected.costUsd }),
  };
}

/** Warnings of the training: of its hyperparameters at acceptance, and of the last dataset report. */
export function getWarnings(training: Training): readonly Warning[] {
  const attempt = 'attempt' in training ? training.attempt : undefined;
  return [...(training.request.warnings ?? []), ...(attempt?.warnings ?? [])];
}

/** The treatment of a request that exceeds its budget: held until an operator releases it, or rejected. */
export type OnBudget = 'hold' | 'reject';

/** The inputs of a training, frozen when it is accepted, so that a retry trains the same model. */
export interface TrainingRequest {
  readonly subject: Subject;
  /** Normalized `s3://` addresses of the images, in the order of the request. */
  readonly imageUris: readonly string[];
  readonly selectionSetId?: number;
  /** Requested name of the version; without it, the dispatcher assigns V1, V2 …. */
  readonly versionName?: string;
  /** Requested name of the model file; without it, the name is made of subject and version. */
  readonly modelName?: string;
  readonly description?: string;
  readonly trigger: string;
  readonly samplePrompts: readonly string[];
  readonly validation: boolean;
  readonly hyperparameters: Hyperparameters;
  readonly policy: string;
  readonly preset?: string;
  /** Warnings about the hyperparameters at the time of acceptance. */
  readonly warnings?: readonly Warning[];
  readonly template: { readonly name: string; readonly hash: string };
  /** Input values per node that replace the built ones, e.g. `{ "109": { batch_size: 4 } }`. */
  readonly workflowOverrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** A complete workflow of the caller, validated and adopted at acceptance. */
  readonly workflow?: Readonly<Record<string, unknown>>;
  /** Node classes of the container that the workflow uses (docs/container.md). */
  readonly nodeClasses?: Readonly<Record<string, unknown>>;
  /** Fields of the caller that the container gets besides Trainyard's (`training_config` of the legacy API). */
  readonly containerConfig?: Readonly<Record<string, unknown>>;
  readonly userId: string;
  readonly tenantId: string;
  /** The caller's own id (`request_id` of the legacy API); responses and the webhook of the request repeat it. */
  readonly requestId?: string;
  /** The job id of the legacy API, e.g. `custom-actors_…`. */
  readonly jobId: string;
  readonly notifyUrl?: string;
  /** `legacy`: the body of the legacy API, sent once at the end. Absent: the notifications of Trainyard. */
  readonly notifyPayload?: 'legacy';
  readonly batchId?: string;
  readonly retryOf?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Set when the retention period has passed: images and inputs are removed and only a summary remains. */
  readonly pruned?: { readonly at: number; readonly imageCount: number };
  /** Maximum number of spent attempts. */
  readonly maxAttempts: number;
  /** Requested budget of all attempts together. USD. */
  readonly budgetUsd?: number;
  /** The requested treatment when the budget of the training or its batch is exhausted. */
  readonly onBudget?: OnBudget;
  /** Estimate of one attempt at the time of acceptance. */
  readonly expected?: { readonly durationSeconds: number; readonly costUsd?: number };
  /** The origin of the request: a caller, auto-train or a retry. */
  readonly source: 'person' | 'auto_train' | 'retry';
}

/** Number of images of the training, also when the request was pruned to a summary. */
export function countImages({ imageUris, pruned }: TrainingRequest): number {
  return pruned?.imageCount ?? imageUris.length;
}

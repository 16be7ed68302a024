import type { RunCost } from '../estimate/cost.ts';
import type { Failure } from '../failure/failure.ts';
import type { Attempt, EndedRun, Run } from './attempt.ts';
import type { TrainingRequest } from './request.ts';

/** What every state of a training holds. Times are epoch ms. */
export interface TrainingBase {
  readonly id: string;
  /** Grows by one with every change; a writer who read another revision loses (DESIGN §3). */
  readonly rev: number;
  readonly acceptedAt: number;
  readonly changedAt: number;
  readonly request: TrainingRequest;
  /** Lower is sooner, 1 … 2 097 151. */
  readonly priority: number;
  /** Attempts ever started; the next one's number is this plus one. */
  readonly attemptsStarted: number;
  /** Attempts that count against `maxAttempts`: those whose run was accepted or is held to be lost. */
  readonly attemptsSpent: number;
  /** A cancel that was asked for and not yet answered by the end. */
  readonly cancelRequested?: { readonly at: number; readonly by: string };
  /** A mark on any state: a person is needed, and why. */
  readonly needsAttention?: { readonly reason: string; readonly since: number };
  /** The version's name once one was given; kept over attempts. */
  readonly versionName?: string;
  /** What its runs came to, oldest first. */
  readonly runCosts?: readonly RunCost[];
  /** What is set aside for its next or present run, in its batch's purse where it has one. USD. */
  readonly reservedUsd?: number;
  /** What all its runs together may cost; begins as the request's, and a person may change it. USD. */
  readonly budgetUsd?: number;
}

/** Whose budget has no room for a training that waits. */
export interface BudgetHold {
  readonly of: 'training' | 'batch';
  readonly reason: string;
  readonly since: number;
}

/** The finished model, looked at. */
export interface Model {
  readonly loraUrl: string;
  readonly sizeBytes?: number;
  readonly sha256?: string;
}

interface Ended {
  readonly endedAt: number;
  /** Whether the manifest says so too, where it knows of the training; until then that is owed. */
  readonly recorded: boolean;
  /** The last attempt, absent when none was ever started. */
  readonly attempt?: Attempt & { readonly runId?: string; readonly delayMs?: number };
  readonly executionMs?: number;
}

export type Queued = TrainingBase & {
  readonly status: 'queued';
  /** Since when it waits; its age decides among equals in priority. */
  readonly queuedAt: number;
  /** Not to be taken before this moment. */
  readonly notBefore?: number;
  /** Why it waits again. */
  readonly reason?: string;
  /** The lock of the job that stood for its last slot and is not yet waiting again. */
  readonly lockToken?: string;
  /** Stands in no line until a person raises the budget or releases it. */
  readonly hold?: BudgetHold;
};
export type Submitting = TrainingBase & { readonly status: 'submitting'; readonly attempt: Attempt };
export type Unconfirmed = TrainingBase & {
  readonly status: 'unconfirmed';
  readonly attempt: Attempt;
  readonly since: number;
  readonly reason: string;
  /** Counts of the endpoint that speak against the run, oldest first, without one in between that does not. */
  readonly countsWithoutRun: readonly number[];
  /** When the endpoint was last counted while nothing spoke for the run. */
  readonly lastCountAt?: number;
  /**
   * `seen`: the endpoint once held the run. `possible`: one of several in doubt lived, or nobody counted for so long
   * that the run may have come and gone. From either on nothing is sent again without a person's word.
   */
  readonly runSeen?: 'possible' | 'seen';
};
export type Submitted = TrainingBase & { readonly status: 'submitted'; readonly attempt: Run };
export type Running = TrainingBase & { readonly status: 'running'; readonly attempt: Run };
/** Why a run is stopped by ourselves, and what becomes of the training: another try, or the end. */
export interface RunStop {
  readonly reason: string;
  readonly next: 'requeue' | 'time_out';
}

export type Cancelling = TrainingBase & {
  readonly status: 'cancelling';
  readonly attempt: Run;
  /** When the provider acknowledged the wish; it is not its fulfilment (I7). */
  readonly acknowledgedAt?: number;
  /** Set when nobody wished to end the training: only this run is stopped, and this is what follows. */
  readonly stop?: RunStop;
};
export type Finalizing = TrainingBase & { readonly status: 'finalizing'; readonly attempt: EndedRun };
export type Completed = TrainingBase & Ended & { readonly status: 'completed'; readonly model: Model };
export type Failed = TrainingBase & Ended & { readonly status: 'failed'; readonly failure: Failure };
export type TimedOut = TrainingBase & Ended & { readonly status: 'timed_out'; readonly failure: Failure };
export type Cancelled = TrainingBase & Ended & { readonly status: 'cancelled' };

/** One request to train, in exactly one state (SPEC §2). */
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

export type TrainingStatus = Training['status'];
/** The training as it is in one state. */
export type TrainingIn<S extends TrainingStatus> = Extract<Training, { status: S }>;

/** A training that has not come to its end. */
export type Unfinished = Exclude<Training, { readonly recorded: boolean }>;
/** A training whose run may live at the provider. */
export type SlotHolding = TrainingIn<'submitting' | 'unconfirmed' | 'submitted' | 'running' | 'cancelling'>;

/** A new training, as accept saves it. */
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
    request,
    priority: facts.priority,
    attemptsStarted: 0,
    attemptsSpent: 0,
    ...(request.budgetUsd !== undefined && { budgetUsd: request.budgetUsd }),
    ...(facts.hold && { hold: facts.hold }),
    ...(!facts.hold && request.expected?.costUsd !== undefined && { reservedUsd: request.expected.costUsd }),
  };
}

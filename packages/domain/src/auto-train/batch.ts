import { sumRunCosts } from '../estimate/estimate.ts';
import { isTerminal, toCoarseStatus } from '../training/state/status.ts';
import type { Training } from '../training/state/training.ts';

/** The request of an auto-train run; frozen, so that an interrupted run continues with the same request. */
export interface BatchOrder {
  /** Maximum number of actors; all eligible actors without it. */
  readonly limit?: number;
  readonly actorIds?: readonly string[];
  /** The actors of a confirmed plan: an eligible actor outside of it is skipped as one beyond the limit. */
  readonly confirmedActorIds?: readonly string[];
  readonly policy?: string;
  readonly priority?: number;
  /** Budget of all trainings of the run together. USD. */
  readonly budgetUsd?: number;
  readonly includeUnreviewed?: boolean;
  /** Every eligible actor, without a limit. */
  readonly all?: boolean;
  /** Whether the trainings end with sample pictures; true if `samplePrompts` are given. */
  readonly validation?: boolean;
  /** Prompts of the sample pictures; `{trigger}` is replaced by the trigger of each actor. */
  readonly samplePrompts?: readonly string[];
}

/**
 * Finds the faults of a manual order: it names the number of actors in some way, since each training costs money, and
 * never both a limit and all actors. An empty list means valid.
 */
export function findOrderFaults(
  order: BatchOrder,
): readonly { readonly path: string; readonly message: string }[] {
  if (order.all && order.limit !== undefined)
    return [
      { path: 'limit', message: 'give either limit or all: true; all: true trains every eligible actor' },
    ];
  const isBounded = order.all || order.limit !== undefined || order.actorIds || order.budgetUsd !== undefined;
  if (isBounded) return [];
  const message = 'give limit, actor_ids, budget_usd or all: true; all: true trains every eligible actor';
  return [{ path: 'limit', message }];
}

/** `enqueuing`: trainings are being accepted; `open`: a training is not terminal; `ended`: all trainings are terminal. */
export type BatchStatus = 'enqueuing' | 'open' | 'ended';

/** A run of auto-train (docs/concepts/auto-train.md). Times are epoch ms. */
export interface Batch {
  readonly id: string;
  /** Revision: grows by one with every change; a writer with an older revision loses. */
  readonly rev: number;
  readonly status: BatchStatus;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly order: BatchOrder;
  /** The tick of the schedule that started the run; absent for a run started by a caller. */
  readonly tickAt?: number;
  readonly considered: number;
  readonly enqueuedCount: number;
  readonly skippedCount: number;
  readonly cancelRequested?: { readonly at: number; readonly by: string; readonly keepRunning: boolean };
  /** Set at the end of the run; it is kept longer than the trainings. */
  readonly summary?: BatchSummary;
}

/** A chosen actor, and its training once accepted. */
export interface BatchActor {
  readonly id: string;
  readonly name: string;
  readonly trainingId?: string;
}

/** A skipped actor, with the reasons. */
export interface BatchSkip {
  readonly id: string;
  readonly name: string;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

/** The chosen and the skipped actors of a run. */
export interface BatchPlan {
  readonly chosen: readonly BatchActor[];
  readonly skipped: readonly BatchSkip[];
}

/** The summary of a run, as in the legacy tools. Durations are seconds. */
export interface BatchSummary {
  readonly processed: number;
  readonly successful: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Known cost of all attempts, failed and cancelled attempts included; absent without a known cost. */
  readonly costUsd?: number;
  /** Assumed cost of the attempts of unknown cost. */
  readonly assumedUsd: number;
  /** Number of attempts of unknown cost. */
  readonly unknownRuns: number;
  readonly executionSeconds: number;
  /** Time from the start of the run to the last end of a training so far. */
  readonly durationSeconds: number;
}

/** Summarizes the terminal trainings of a run, and the cost of all its trainings. */
export function summarizeBatch(
  { createdAt }: Pick<Batch, 'createdAt'>,
  trainings: readonly Training[],
): BatchSummary {
  const ended = trainings.filter(isTerminal);
  const count = (coarse: string): number =>
    ended.filter(({ status }) => toCoarseStatus(status) === coarse).length;
  const costs = sumRunCosts(trainings.flatMap(({ runCosts }) => runCosts ?? []));
  const last = Math.max(createdAt, ...ended.map(({ endedAt }) => endedAt));
  return {
    processed: ended.length,
    successful: count('completed'),
    failed: count('failed'),
    cancelled: count('cancelled'),
    ...(costs.knownUsd !== undefined && { costUsd: costs.knownUsd }),
    assumedUsd: costs.assumedUsd,
    unknownRuns: costs.unknownRuns,
    executionSeconds: sum(ended.map(({ executionMs }) => (executionMs ?? 0) / 1_000)),
    durationSeconds: (last - createdAt) / 1_000,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Whether the run has accepted all its trainings and all of them are terminal. */
export function hasEnded(batch: Pick<Batch, 'status'>, trainings: readonly Training[]): boolean {
  return batch.status === 'ended' || (batch.status === 'open' && trainings.every(isTerminal));
}

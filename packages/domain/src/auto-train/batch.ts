import { sumRunCosts } from '../estimate/cost.ts';
import { isTerminal, toCoarseStatus } from '../training/status.ts';
import type { Training } from '../training/training.ts';

/** What a run of auto-train was asked to do; frozen, so that it can be continued (SPEC §8). */
export interface BatchOrder {
  /** How many actors at most; without it all that are eligible. */
  readonly limit?: number;
  readonly actorIds?: readonly string[];
  readonly policy?: string;
  readonly priority?: number;
  /** What all its trainings together may cost. */
  readonly budgetUsd?: number;
  readonly includeUnreviewed?: boolean;
}

/** `enqueuing`: its trainings are being accepted; `open`: some have not ended; `ended`: all have. */
export type BatchStatus = 'enqueuing' | 'open' | 'ended';

/** A run of auto-train. Times are epoch ms. */
export interface Batch {
  readonly id: string;
  /** Grows with every change; the writer of a stale one loses. */
  readonly rev: number;
  readonly status: BatchStatus;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly order: BatchOrder;
  /** The tick that began it; absent when a person did. */
  readonly tickAt?: number;
  readonly considered: number;
  readonly enqueuedCount: number;
  readonly skippedCount: number;
  readonly cancelRequested?: { readonly at: number; readonly by: string; readonly keepRunning: boolean };
  /** Once it has ended: it outlives the records of its trainings. */
  readonly summary?: BatchSummary;
}

/** An actor that the run chose, and the training that it became. */
export interface BatchActor {
  readonly id: string;
  readonly name: string;
  readonly trainingId?: string;
}

/** An actor that the run left out. */
export interface BatchSkip {
  readonly id: string;
  readonly name: string;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

/** Whom a run takes and whom it leaves out. */
export interface BatchPlan {
  readonly chosen: readonly BatchActor[];
  readonly skipped: readonly BatchSkip[];
}

/** The seeds' summary (seed 002). Durations in seconds. */
export interface BatchSummary {
  readonly processed: number;
  readonly successful: number;
  readonly failed: number;
  readonly cancelled: number;
  /** What all its runs came to as far as it is known, failed and cancelled ones too; absent while nothing is. */
  readonly costUsd?: number;
  /** What stands for runs whose cost nobody told, and how many they are. */
  readonly assumedUsd: number;
  readonly unknownRuns: number;
  readonly executionSeconds: number;
  /** From the run's beginning to the end of its last training so far. */
  readonly durationSeconds: number;
}

/** Sums up those that have ended, and what was spent on all. */
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

/** Whether nothing of the batch goes on any more. */
export function hasEnded(batch: Pick<Batch, 'status'>, trainings: readonly Training[]): boolean {
  return batch.status === 'ended' || (batch.status === 'open' && trainings.every(isTerminal));
}

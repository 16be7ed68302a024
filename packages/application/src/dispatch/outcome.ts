import {
  type Attempt,
  type Failure,
  isTerminal,
  type Queued,
  sumSpentUsd,
  type Training,
} from '@trainyard/domain';
import { formatShortage } from '../budgets/errors.ts';
import type { Deps } from '../deps.ts';
import { ObjectStoreError, StoreUnavailableError } from '../errors.ts';
import {
  type AdvanceDeps,
  advance,
  type ShutdownSignals,
  toJobName,
  toJobResult,
} from '../lifecycle/advance.ts';
import type { ClaimedJob } from '../ports/training-queue.ts';
import type { StartResult } from '../ports/training-store/index.ts';
import { type FinalizeDeps, writeManifestEntry } from '../reconcile/finalize.ts';
import { abortStart } from './acquire-slot.ts';
import { getCurrentLockToken, type SnoozeReason, snooze, snoozeForGate } from './snooze.ts';
/** The result of a dispatch; `acknowledge` derives the fate of the BullMQ job from it. */
export type DispatchOutcome =
  /** The request was passed to the provider and its result is saved, also a result that is unclear or a refusal. */
  | { readonly kind: 'submitted' }
  /** The training cannot be prepared now. It waits, and no attempt is used. */
  | ({ readonly kind: 'snoozed' } & SnoozeReason)
  /** The budget of the training or of its batch is too small for this attempt. */
  | { readonly kind: 'held'; readonly attempt: Attempt }
  /** The training has a fault of data or configuration. It ends without a run. */
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** The start may be saved, but no request was sent. */
  | { readonly kind: 'aborted'; readonly attempt: Attempt; readonly reason: string }
  /** The dispatch ended without a change. `prepared`: the attempt's version may already be open in the manifest. */
  | { readonly kind: 'skipped'; readonly reason: SkipReason; readonly prepared: boolean };

/** Why a dispatch was skipped: a refusal of the start script, or the state of the training or the process. */
export type SkipReason =
  | Exclude<StartResult, 'started' | 'over_batch_budget'>
  | 'unknown'
  | 'not_queued'
  | 'held'
  | 'not_due'
  | 'shutting_down';

type AcknowledgeDeps = FinalizeDeps & ShutdownSignals & Pick<Deps, 'budgets'>;

/** Skipped jobs that are delayed again, so that a training that may not start occupies no active job. */
const REQUEUED: ReadonlySet<SkipReason> = new Set(['closed', 'over_budget', 'not_due', 'shutting_down']);

/**
 * Acknowledges a job. Each case saves the training first and moves the job second: the saved lock token is an effect
 * of the training, so the sweep repeats a move that a crash prevented. A job without an acknowledgement stays active.
 */
export async function acknowledge(
  deps: AcknowledgeDeps,
  job: ClaimedJob,
  outcome: DispatchOutcome,
): Promise<void> {
  switch (outcome.kind) {
    case 'submitted': // Stays active while the run lives; the saved result moves the job of an attempt without a run.
      return;
    case 'snoozed': // Delayed until the end of the snooze.
      await snooze(deps, job, outcome);
      break;
    case 'held': // Finished; the release of the hold adds a new job.
      await holdForBudget(deps, job, outcome.attempt);
      break;
    case 'failed': // Finished; delayed when the failure belongs to a streak that closes the gate.
      if (await failOrSnooze(deps, job, outcome.failure)) return;
      break;
    case 'aborted': // Delayed until now, as the next attempt.
      await abortStart(deps, job, outcome);
      break;
    case 'skipped': // Delayed until it is due, or left active to the rescue of orphaned jobs.
      if (REQUEUED.has(outcome.reason)) await requeueIfQueued(deps, job);
      if (!outcome.prepared) return;
      break;
  }
  await finishIfTerminal(deps, job);
}

/** Fails the training, or snoozes it when its failure closes the gate. @returns whether the training failed */
async function failOrSnooze(deps: AcknowledgeDeps, job: ClaimedJob, failure: Failure): Promise<boolean> {
  const { status } = await failBeforeSubmit(deps, job, failure);
  if (status === 'queued') await snoozeForGate(deps, job, failure);
  return status === 'failed';
}

/** Fails the training before a run exists. A training with a live attempt is not changed and keeps its job (I8). */
async function failBeforeSubmit(deps: AdvanceDeps, job: ClaimedJob, failure: Failure): Promise<Training> {
  const after = await advance(deps, job.trainingId, {
    type: 'preparation_failed',
    at: deps.clock.now(),
    cause: 'dispatcher',
    failure,
  });
  if (after.status === 'failed')
    await deps.queue.finish(after.id, getCurrentLockToken(job), toJobResult(after));
  return after;
}

/** Delays the job until the training is due. The training is read again, since it may have been cancelled meanwhile. */
async function requeueIfQueued(deps: AcknowledgeDeps, job: ClaimedJob): Promise<void> {
  const training = await deps.store.load(job.trainingId);
  if (training?.status === 'queued') await requeue(deps, training, getCurrentLockToken(job));
}

/** Moves the active job of a queued training to the delayed jobs, under the job's own lock token. */
export function requeue(
  deps: Pick<Deps, 'queue' | 'clock'>,
  training: Extract<Training, { status: 'queued' }>,
  lockToken: string,
): Promise<void> {
  return deps.queue.requeue(training.id, {
    name: toJobName(training),
    priority: training.priority,
    lockToken,
    notBefore: training.notBefore ?? deps.clock.now(),
  });
}

/**
 * Finishes the job of a training that ended during its preparation. The version may have been opened after the end
 * was recorded, so the manifest entry is written again first; no version keeps the status `submitting` (I5). While
 * the object store or Redis is unavailable the job stays active, and the next sweep calls this function again.
 */
export async function finishIfTerminal(deps: FinalizeDeps, job: ClaimedJob): Promise<void> {
  const ids = { training_id: job.trainingId };
  try {
    const training = await deps.store.load(job.trainingId);
    if (!training || !isTerminal(training)) return;
    await writeManifestEntry(deps, training).catch((error: unknown) => {
      if (isUnavailable(error)) throw error;
      deps.log.error('version_not_finalized', { ...ids, error });
    });
    await deps.queue.finish(training.id, getCurrentLockToken(job), toJobResult(training));
  } catch (error) {
    deps.log.error('version_finalize_deferred', { ...ids, error });
  }
}

/** Whether a later call may succeed. */
function isUnavailable(error: unknown): boolean {
  return error instanceof StoreUnavailableError || (error instanceof ObjectStoreError && error.retryable);
}

/**
 * Holds a queued training out of the queue until an operator raises its budget or releases it; the effect of the save
 * finishes the job. An accepted training never fails for its budget (docs/concepts/budgets.md). A training that is no
 * longer queued is not changed.
 */
async function holdForBudget(
  deps: AdvanceDeps & Pick<Deps, 'budgets'>,
  job: ClaimedJob,
  attempt: Attempt,
): Promise<void> {
  const training = await deps.store.load(job.trainingId);
  if (training?.status !== 'queued') return;
  const of = exceedsTrainingBudget(training, attempt) ? 'training' : 'batch';
  const leftUsd =
    of === 'training'
      ? (training.budgetUsd ?? 0) - sumSpentUsd(training.runCosts ?? [])
      : await getRemainingBatchBudgetUsd(deps, training.request.batchId);
  await advance(deps, job.trainingId, {
    type: 'budget_held',
    at: deps.clock.now(),
    cause: 'dispatcher',
    of,
    reason: formatShortage({ of, needUsd: attempt.expected?.costUsd ?? 0, leftUsd }),
    lockToken: getCurrentLockToken(job),
  });
}

/**
 * Returns whether the attempt's expected cost exceeds the rest of the training's budget. An amount reserved at accept,
 * or by an operator's release, is already approved and never exceeds the budget.
 */
export function exceedsTrainingBudget(training: Queued, { expected }: Attempt): boolean {
  return (
    training.budgetUsd !== undefined &&
    training.reservedUsd === undefined &&
    expected?.costUsd !== undefined &&
    sumSpentUsd(training.runCosts ?? []) + expected.costUsd > training.budgetUsd
  );
}

async function getRemainingBatchBudgetUsd(
  { budgets }: Pick<Deps, 'budgets'>,
  batchId: string | undefined,
): Promise<number> {
  const batchBudget = (await budgets.listBatchBudgets()).find((each) => each.batchId === batchId);
  return batchBudget ? batchBudget.limitUsd - batchBudget.usedUsd : 0;
}

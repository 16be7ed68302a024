import type { Attempt, Queued, Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { closeGate } from '../gate/gate.ts';
import type { AdvanceDeps } from '../lifecycle/advance.ts';
import { perform } from '../lifecycle/perform.ts';
import type { ShutdownSignals } from '../lifecycle/retry-until-saved.ts';
import { getSubmitWindowMs, isDue } from '../lifecycle/timeouts.ts';
import type { Submission, SubmitResult } from '../ports/provider.ts';
import type { ClaimedJob } from '../ports/training-consumer.ts';
import { abortStart, acquireSlot, type SlotResult } from './acquire-slot.ts';
import { failBeforeSubmit, finishIfTerminal } from './fail-before-submit.ts';
import { handleSubmitResult } from './handle-submit-result.ts';
import { exceedsTrainingBudget, holdForBudget } from './hold-for-budget.ts';
import { type PrepareDeps, prepare } from './prepare.ts';
import { requeue, snooze } from './snooze.ts';

export type DispatchDeps = AdvanceDeps & PrepareDeps & Pick<Deps, 'provider'> & ShutdownSignals;

/** How a dispatch ended. `left`: nothing was done, the sweep drives the job on. */
export type DispatchOutcome =
  | { readonly kind: 'submitted' | 'not_submitted' | 'failed'; readonly training: Training }
  | {
      readonly kind: 'snoozed';
      readonly training: Training;
      /** Whether what it waits for is missing to every training alike. */
      readonly storeUnavailable: boolean;
    }
  | { readonly kind: 'skipped'; readonly reason: SkipReason };

type SkipReason = Extract<SlotResult, { kind: 'refused' }>['reason'] | 'shutting_down';

/**
 * Takes one training from the line to the provider (DESIGN §4 rule 4): look, save and take the slot, then call.
 * It never calls without having saved, nor long after.
 */
export async function dispatch(deps: DispatchDeps, job: ClaimedJob): Promise<DispatchOutcome> {
  const training = await deps.store.load(job.trainingId);
  if (!training) return { kind: 'skipped', reason: 'unknown' };
  if (training.status !== 'queued') return { kind: 'skipped', reason: 'not_queued' };
  if (training.hold) return { kind: 'skipped', reason: 'held' };
  if (!isDue(training, deps.clock.now())) {
    await requeue(deps, job, training);
    return { kind: 'skipped', reason: 'not_due' };
  }
  const outcome = await tryDispatch(deps, job, training);
  const failedHere = outcome.kind === 'failed' && outcome.training.status === 'failed';
  if (outcome.kind !== 'submitted' && !failedHere) await finishIfTerminal(deps, job);
  return outcome;
}

async function tryDispatch(deps: DispatchDeps, job: ClaimedJob, training: Queued): Promise<DispatchOutcome> {
  const prepared = await prepare(deps, training, job.lockToken);
  switch (prepared.kind) {
    case 'failed':
      return { kind: 'failed', training: await failBeforeSubmit(deps, job, prepared.failure) };
    case 'snooze': {
      deps.log.warn('preparation_snoozed', { training_id: training.id, ...prepared });
      const after = await snooze(deps, job, training, prepared);
      if (prepared.cause === 'refused')
        await closeGate(deps, { reason: prepared.reason, reopensWhen: 'store_probe' });
      return { kind: 'snoozed', training: after, storeUnavailable: prepared.cause !== 'unknown' };
    }
    case 'ready':
      if (exceedsTrainingBudget(training, prepared.attempt))
        return holdForBudget(deps, job, prepared.attempt);
      return submitAttempt(deps, training, {
        job,
        attempt: prepared.attempt,
        submission: prepared.submission,
      });
  }
}

interface ReadyJob {
  readonly job: ClaimedJob;
  readonly attempt: Attempt;
  readonly submission: Submission;
}

async function submitAttempt(deps: DispatchDeps, before: Queued, ready: ReadyJob): Promise<DispatchOutcome> {
  if (deps.softStop?.aborted) return skipJob(deps, ready.job, 'shutting_down');
  const slot = await acquireSlot(deps, before, ready);
  switch (slot.kind) {
    case 'refused':
      return slot.reason === 'over_batch_budget'
        ? holdForBudget(deps, ready.job, ready.attempt)
        : skipJob(deps, ready.job, slot.reason);
    case 'not_submitted':
      return slot;
    case 'acquired': {
      await perform(deps, slot.training, slot.effects);
      const canSend = (): boolean => deps.clock.monotonic() - slot.since <= getSubmitWindowMs(deps.clock);
      if (canSend())
        return { kind: 'submitted', training: await callProvider(deps, before.id, ready, canSend) };
      const reason = 'the dispatcher was held up between saving and sending';
      return { kind: 'not_submitted', training: await abortStart(deps, ready, reason) };
    }
  }
}

/** What was closed or set back meanwhile, or what this process will not see to its end, waits in the line again, not in a place that others could have. */
async function skipJob(deps: DispatchDeps, job: ClaimedJob, reason: SkipReason): Promise<DispatchOutcome> {
  if (reason === 'closed' || reason === 'over_budget' || reason === 'not_due' || reason === 'shutting_down') {
    const now = await deps.store.load(job.trainingId);
    if (now?.status === 'queued') await requeue(deps, job, now);
  }
  return { kind: 'skipped', reason };
}

async function callProvider(
  deps: DispatchDeps,
  id: string,
  { attempt, submission }: ReadyJob,
  canSend: () => boolean,
): Promise<Training> {
  const result = await deps.provider
    .submit(submission, canSend)
    .catch((error: unknown): SubmitResult => ({ kind: 'unclear', message: String(error) }));
  deps.log.info('submission_answered', {
    training_id: id,
    attempt: attempt.number,
    result: result.kind,
    ...(result.kind === 'accepted' && { runpod_job_id: result.runId }),
  });
  return handleSubmitResult(deps, { trainingId: id, attempt }, result);
}

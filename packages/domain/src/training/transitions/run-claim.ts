import type { Attempt, EndedRun, Run, RunClaim } from '../state/attempt.ts';
import type { OrphanStopped, RunClaimedTwice, RunOrphaned, SubmissionAccepted } from '../state/event.ts';
import type {
  Cancelling,
  Finalizing,
  Running,
  Submitted,
  Training,
  TrainingBase,
  Unconfirmed,
} from '../state/training.ts';
import { markUnconfirmed, raiseAttention, toBase } from './base.ts';

type WithRun = Submitted | Running | Cancelling | Finalizing;

/** Whether the provider named the run in its answer to the submission; an adopted run was named by other evidence. */
export function isAnsweredBySubmission({ cause }: SubmissionAccepted): boolean {
  return cause === 'dispatcher';
}

/** The claim of the run that an attempt was given. */
export function toRunClaim({ number, endpointId }: Attempt, event: SubmissionAccepted): RunClaim {
  return {
    attempt: number,
    endpointId,
    runId: event.runId,
    ...(isAnsweredBySubmission(event) && { answered: true }),
  };
}

/** Adds a run to the runs of the training, once. */
export function addRun({ runs = [] }: Pick<TrainingBase, 'runs'>, claim: RunClaim): readonly RunClaim[] {
  const others = runs.filter(({ attempt, runId }) => attempt !== claim.attempt || runId !== claim.runId);
  return [...others, claim];
}

/** The base of a training whose run proves to be a different run: the cost of that run is not its own. */
function withoutRunResult(training: WithRun): TrainingBase {
  const { runCosts: costs, ...base } = toBase(training);
  const { number, expected } = training.attempt;
  const runCosts = costs?.filter(({ attempt }) => attempt !== number) ?? [];
  return {
    ...base,
    ...(runCosts.length > 0 && { runCosts }),
    ...(expected?.costUsd !== undefined && { reservedUsd: expected.costUsd }),
  };
}

/** The attempt without its run. Finalizing has finished the job of the run, and no job of the queue can start again. */
function withoutRun({ status, attempt }: WithRun): Attempt {
  const {
    runId: _,
    acceptedAt: __,
    startedRunningAt: ___,
    firstStepAt: ____________,
    progress: ____,
    pace: _____,
    missingSince: ______,
    unansweredSince: _______,
    output: ________,
    endedAt: _________,
    executionMs: __________,
    delayMs: ___________,
    ...rest
  } = attempt as Run & EndedRun;
  return { ...rest, ...(status === 'finalizing' && { jobFinished: true }) };
}

/**
 * Returns a run that belongs to a different attempt: the provider's answer outranks an adoption. The training is
 * unconfirmed again and holds its slot, also above the concurrency limit; the evidence about its own run decides.
 */
export function returnRun(training: WithRun, event: RunClaimedTwice): Unconfirmed {
  const base = withoutRunResult(training);
  const reason = `run_claimed_twice: RunPod's answer to a different submission names the run ${event.runId}`;
  const attempt = withoutRun(training);
  const { runCosts: _, ...unconfirmed } = markUnconfirmed(training, { attempt, at: event.at, reason });
  return {
    ...unconfirmed,
    ...base,
    attemptsSpent: training.attemptsSpent - 1,
    runs:
      training.runs?.filter(
        ({ attempt: number, runId }) => number !== event.attempt || runId !== event.runId,
      ) ?? [],
    needsAttention: { reason, since: event.at },
  };
}

/**
 * Replaces an adopted run by the run that the provider's late answer names: RunPod accepts one run per attempt, so the
 * adopted run belongs to a different attempt.
 */
export function replaceAdoptedRun<T extends WithRun>(
  training: T,
  event: SubmissionAccepted,
): T | Submitted | Cancelling | Finalizing {
  const { runId, number } = training.attempt;
  const isAnswered = training.runs?.some((claim) => claim.attempt === number && claim.answered);
  if (!isAnsweredBySubmission(event) || runId === event.runId || isAnswered) return training;
  const runs = addRun(training, toRunClaim(training.attempt, event));
  if (training.status === 'finalizing' && runId === undefined)
    return { ...training, runs, attempt: { ...training.attempt, runId: event.runId } };
  const base = { ...withoutRunResult(training), runs };
  const attempt: Run = { ...withoutRun(training), runId: event.runId, acceptedAt: event.at };
  return training.cancelRequested
    ? { ...base, status: 'cancelling', attempt }
    : { ...base, status: 'submitted', attempt };
}

/** The reason of the attention mark while an orphaned run may be alive. */
export function toOrphanReason({ attempt, runId }: Pick<RunClaim, 'attempt' | 'runId'>): string {
  return `the orphaned run ${runId} of attempt ${attempt} is alive, and RunPod has not acknowledged its cancel`;
}

/** Records the run of a former attempt, which is to be cancelled. */
export function recordOrphan<T extends Training>(training: T, event: RunOrphaned): T {
  const { attempt, endpointId, runId, attemptDeadline, at, cause } = event;
  if (training.runs?.some((claim) => claim.attempt === attempt && claim.runId === runId)) return training;
  const claim: RunClaim = { attempt, endpointId, runId, answered: true, orphanedUntil: attemptDeadline };
  const reason = toOrphanReason(claim);
  return raiseAttention(
    { ...training, runs: addRun(training, claim) },
    {
      type: 'attention_raised',
      at,
      cause,
      reason,
    },
  );
}

/** Records that an orphaned run is cancelled or has ended; its id stays claimed. */
export function stopOrphan<T extends Training>(training: T, event: OrphanStopped): T {
  const isStopped = (claim: RunClaim) =>
    claim.orphanedUntil !== undefined && claim.attempt === event.attempt && claim.runId === event.runId;
  if (!training.runs?.some(isStopped)) return training;
  const runs = training.runs.map((claim) => {
    if (!isStopped(claim)) return claim;
    const { orphanedUntil: _, ...stopped } = claim;
    return stopped;
  });
  const { needsAttention, ...rest } = training;
  const isAbout = needsAttention?.reason === toOrphanReason(event);
  return { ...rest, runs, ...(needsAttention && !isAbout && { needsAttention }) } as unknown as T;
}

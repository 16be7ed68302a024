import { paceAfter } from '../../estimate/pace.ts';
import { lost } from '../../failure/failure.ts';
import type { EndedRun, Run } from '../attempt.ts';
import type {
  AttemptExpired,
  CancelRequested,
  OutputFound,
  RecallRequested,
  RunEnded,
  RunMissing,
  RunObserved,
} from '../event.ts';
import type { RunOutcome, RunOutput, RunProgress } from '../run.ts';
import type { Cancelling, Finalizing, Running, Submitted, Training } from '../training.ts';
import { baseOf, cancelled, fail, requeue, timeOut } from './base.ts';

type Live = Submitted | Running;
type InRun = Live | Cancelling;
type FailedOutcome = Exclude<RunOutcome, { status: 'completed' }>;

/** How long a training waits before it is tried again by itself, doubled with each attempt. */
export const RETRY_DELAY_MS = 30_000;
/** It is doubled no further; a wait beyond an hour is held to be a wrong clock's. */
const LONGEST_RETRY_DELAY_MS = 30 * 60_000;

const sameProgress = (a: RunProgress | undefined, b: RunProgress | undefined): boolean =>
  a?.step === b?.step && a?.totalSteps === b?.totalSteps && a?.loss === b?.loss;

/** The run with what was seen of it. */
export const seen = (run: Run, event: RunObserved): Run => {
  const { missingSince: _, ...rest } = run;
  const startedRunningAt = run.startedRunningAt ?? (event.phase === 'in_progress' ? event.at : undefined);
  return {
    ...rest,
    ...(startedRunningAt !== undefined && { startedRunningAt }),
    ...(event.progress && {
      progress: event.progress,
      pace: paceAfter(run.pace, { step: event.progress.step, at: event.at }),
    }),
  };
};

/** Whether an observation tells nothing new. */
export const changesNothing = (run: Run, event: RunObserved): boolean =>
  run.missingSince === undefined &&
  (event.phase === 'in_queue' || run.startedRunningAt !== undefined) &&
  (event.progress === undefined || sameProgress(run.progress, event.progress));

/** Follows the provider; a requeue on its side is followed too, since only it knows. */
export const observe = (training: Live, event: RunObserved): Live => {
  const status = event.phase === 'in_progress' ? 'running' : 'submitted';
  if (training.status === status && changesNothing(training.attempt, event)) return training;
  return { ...training, status, attempt: seen(training.attempt, event) };
};

/** The run ended well by someone's word: its output is to be looked at. */
export const finalize = (
  training: InRun,
  end: {
    readonly at: number;
    readonly output: RunOutput;
    readonly executionMs?: number;
    readonly delayMs?: number;
  },
): Finalizing => {
  const {
    acceptedAt: _,
    startedRunningAt: __,
    progress: ___,
    pace: ____,
    missingSince: _____,
    ...attempt
  } = training.attempt;
  const run: EndedRun = {
    ...attempt,
    output: end.output,
    endedAt: end.at,
    ...(end.executionMs !== undefined && { executionMs: end.executionMs }),
    ...(end.delayMs !== undefined && { delayMs: end.delayMs }),
  };
  return { ...baseOf(training), status: 'finalizing', attempt: run };
};

const neverStarted = (training: InRun, outcome: FailedOutcome): boolean =>
  training.attempt.startedRunningAt === undefined && !outcome.executionMs;

const mayRetry = (training: InRun, outcome: FailedOutcome): boolean => {
  if (training.attemptsSpent >= training.request.maxAttempts) return false;
  const { class: kind } = outcome.failure;
  if (kind === 'data' || kind === 'configuration' || kind === 'out_of_memory') return false;
  return kind === 'provider' || neverStarted(training, outcome);
};

const usedUpItsTime = (training: InRun, outcome: FailedOutcome): boolean =>
  !neverStarted(training, outcome) && (outcome.status === 'timed_out' || outcome.failure.class === 'timeout');

const endedBadly = (training: Live, event: RunEnded, outcome: FailedOutcome): Training => {
  const end = { at: event.at, failure: outcome.failure, ...executionOf(outcome) };
  if (outcome.status === 'cancelled') return cancelled(training, event.at, outcome.executionMs);
  if (usedUpItsTime(training, outcome)) return timeOut(training, end);
  if (!mayRetry(training, outcome)) return fail(training, end);
  const delayMs = Math.min(RETRY_DELAY_MS * 2 ** (training.attemptsSpent - 1), LONGEST_RETRY_DELAY_MS);
  const notBefore = event.at + delayMs;
  return requeue(training, { at: event.at, reason: outcome.failure.message, notBefore });
};

/** The billed time, where it was told. */
const executionOf = ({ executionMs }: RunOutcome) => (executionMs === undefined ? {} : { executionMs });

/** A good end, as it is to be looked at. */
export const goodEnd = (
  at: number,
  { status: _, ...told }: Extract<RunOutcome, { status: 'completed' }>,
) => ({
  at,
  ...told,
});

/** The provider's word on the end: a result to look at, another try, or the end. */
export const end = (training: Live, event: RunEnded): Training => {
  const { outcome } = event;
  if (outcome.status !== 'completed') return endedBadly(training, event, outcome);
  return finalize(training, goodEnd(event.at, outcome));
};

/** Remembers since when the provider does not know the run. A 404 alone proves nothing before `dead_by`. */
export const missing = (training: Live, event: RunMissing): Live =>
  training.attempt.missingSince !== undefined
    ? training
    : { ...training, attempt: { ...training.attempt, missingSince: event.at } };

/** The store knows better than a provider that forgot. */
export const found = (training: InRun, event: OutputFound): Finalizing => finalize(training, event);

/** Beyond `dead_by`, agreed by a fresh answer, with nothing in the store. */
export const lostRun = (training: Live, event: AttemptExpired): Training =>
  fail(training, { at: event.at, failure: lost });

/** The wish is recorded; only the provider can fulfil it. */
export const askToCancel = (training: Live, event: CancelRequested): Cancelling => ({
  ...baseOf(training),
  cancelRequested: { at: event.at, by: event.by },
  status: 'cancelling',
  attempt: training.attempt,
});

/** Stops the run for our own reasons; nobody wished to end the training. */
export const recall = (training: Live, event: RecallRequested): Cancelling => ({
  ...baseOf(training),
  status: 'cancelling',
  attempt: training.attempt,
  recall: event.recall,
});

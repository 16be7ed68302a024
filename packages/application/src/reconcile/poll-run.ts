import {
  CANCELLED_WHEN_MISSING_MS,
  type RunOutcome,
  type Training,
  type TrainingEvent,
  type TrainingIn,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { closeGate, finishProbeRun } from '../gate/gate.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { attemptDeadline, hasPassed } from '../lifecycle/timeouts.ts';
import { type CancelResult, isUnanswered, type RunObservation } from '../ports/provider.ts';
import type { RunCheck } from '../ports/training-store/index.ts';
import { writeLiveStatus } from '../versions/version-entry.ts';
import { type FoundOutput, findOutput, getStoreFaultSince } from './find-output.ts';
import { stopOverdue } from './stop-overdue.ts';

/** The ports of a poll. */
export type PollDeps = AdvanceDeps & Pick<Deps, 'provider' | 'objects' | 'ids' | 'manifests'>;
type WithRun = TrainingIn<'submitted' | 'running' | 'cancelling'>;

/**
 * Polls the run at the provider and saves the observation; webhook and periodic poll both use this function. Then stops
 * an overdue run. The save of an ended run counts it for the gate in the script that releases the slot.
 * Throws ObjectStoreError, StoreUnavailableError.
 */
export async function pollRun(deps: PollDeps, training: WithRun): Promise<Training> {
  const { attempt: run } = training;
  const observed = await deps.provider.observe(run.endpointId, run.runId);
  await deps.store.recordRunCheck(training.id, { at: deps.clock.now(), answer: toAnswer(observed) });
  const event = await toEvent(deps, training, observed);
  if (!event) return isUnanswered(observed) ? markUnanswered(deps, training) : training;
  await writeLiveStatus(deps, training, event);
  const after = await advance(deps, training.id, event);
  if (after.rev === training.rev) return stopOverdue(deps, after);
  if (after.status !== training.status) await finishProbeRun(deps);
  await recordProgress(deps, training.id, event);
  await reportProgress(deps, after);
  return stopOverdue(deps, after);
}

function toAnswer(observed: RunObservation): RunCheck['answer'] {
  if (isUnanswered(observed)) return 'unanswered';
  if (observed.kind === 'live') return observed.phase;
  return observed.kind === 'ended' ? 'ended' : 'missing';
}

/** Records since when RunPod gives no answer, on which an operator's decision may rest (`resolve`). */
function markUnanswered(deps: PollDeps, { id, attempt }: WithRun): Promise<Training> {
  const base = { at: deps.clock.now(), cause: 'poll', attempt: attempt.number } as const;
  return advance(deps, id, { ...base, type: 'run_unanswered', runId: attempt.runId });
}

function toOutputFound(
  base: { at: number; cause: 'store'; attempt: number },
  uri: string,
  sizeBytes: number,
): TrainingEvent {
  return {
    ...base,
    type: 'output_found',
    output: { loraUrl: uri, sizeBytes },
  };
}

/** The time that a failed or missing run waits for an unavailable object store, counted from its attention mark. */
const STORE_TIMEOUT_MS = 10 * 60_000;

/**
 * Searches the object store for the model. Gives up 10 min after the attention mark: RunPod drops the result of a run
 * after 30 min, and a later poll would report the run as missing. Without this limit a training whose run has ended
 * would stay in its state for as long as the object store refuses.
 */
async function findOutputOrTimeOut(deps: PollDeps, training: WithRun): Promise<FoundOutput | undefined> {
  try {
    return await findOutput(deps, training);
  } catch (error) {
    const since = getStoreFaultSince(training);
    if (since === undefined || deps.clock.now() - since < STORE_TIMEOUT_MS) throw error;
    return undefined;
  }
}

/** The cause of a poll: a received webhook or the schedule. The provider's answer decides in both cases (I6). */
async function getPollCause(deps: PollDeps, { id, attempt }: WithRun): Promise<'webhook' | 'poll'> {
  return (await deps.store.listWebhooks(id, attempt.number)).length > 0 ? 'webhook' : 'poll';
}

/** Searches the model of a run that RunPod reports as failed: the message with its result may have been lost. */
async function toRunEndedEvent(
  deps: PollDeps,
  training: WithRun,
  outcome: RunOutcome,
): Promise<TrainingEvent> {
  const { attempt: run } = training;
  const output = outcome.status === 'completed' ? undefined : await findOutputOrTimeOut(deps, training);
  const base = { at: deps.clock.now(), attempt: run.number };
  const { executionMs } = outcome;
  if (output)
    return {
      ...toOutputFound({ ...base, cause: 'store' }, output.uri, output.sizeBytes),
      ...(executionMs !== undefined && { executionMs }),
    };
  const cause = await getPollCause(deps, training);
  return { ...base, type: 'run_ended', cause, runId: run.runId, outcome };
}

/** Whether the run has been missing long enough after the acknowledged cancel (5 min) to prove its end. */
function hasStayedMissing(deps: PollDeps, training: WithRun, missingSince: number): boolean {
  const acknowledgedAt = training.status === 'cancelling' ? training.acknowledgedAt : undefined;
  const since = Math.max(missingSince, acknowledgedAt ?? Number.POSITIVE_INFINITY);
  return hasPassed(deps, { since, durationMs: CANCELLED_WHEN_MISSING_MS });
}

/** A run missing at the provider has an output in the object store, or ends with its attempt's deadline. */
async function toRunMissingEvent(deps: PollDeps, training: WithRun): Promise<TrainingEvent | undefined> {
  const { attempt: run } = training;
  const output = await findOutputOrTimeOut(deps, training);
  const base = { at: deps.clock.now(), attempt: run.number };
  if (output) return toOutputFound({ ...base, cause: 'store' }, output.uri, output.sizeBytes);
  if (hasPassed(deps, attemptDeadline(run))) return { ...base, type: 'attempt_expired', cause: 'poll' };
  const isAnswered = run.unansweredSince === undefined;
  if (run.missingSince !== undefined && isAnswered && !hasStayedMissing(deps, training, run.missingSince))
    return undefined;
  return { ...base, type: 'run_missing', cause: 'poll', runId: run.runId };
}

type DeniedObservation = Extract<RunObservation, { kind: 'denied' }>;

/**
 * Handles a denied status call. After the attempt's deadline an endpoint that answers 404 is deleted, and its runs have
 * ended. Before the deadline the API key may only lack access, so the gate closes.
 */
async function handleDenial(
  deps: PollDeps,
  training: WithRun,
  denied: DeniedObservation,
): Promise<TrainingEvent | undefined> {
  const { endpointId } = training.attempt;
  if (denied.scope === 'endpoint' && hasPassed(deps, attemptDeadline(training.attempt)))
    return toRunMissingEvent(deps, training);
  if (endpointId === deps.settings.endpointId)
    await closeGate(deps, { reason: denied.message, reopensWhen: 'health_answer' });
  return undefined;
}

async function toEvent(
  deps: PollDeps,
  training: WithRun,
  observed: RunObservation,
): Promise<TrainingEvent | undefined> {
  const { attempt: run } = training;
  switch (observed.kind) {
    case 'live':
      return {
        type: 'run_observed',
        at: deps.clock.now(),
        cause: 'poll',
        attempt: run.number,
        runId: run.runId,
        phase: observed.phase,
        ...(observed.progress && { progress: observed.progress }),
      };
    case 'ended':
      return toRunEndedEvent(deps, training, observed.outcome);
    case 'missing':
      return toRunMissingEvent(deps, training);
    case 'denied':
      return handleDenial(deps, training, observed);
    case 'unavailable':
      deps.log.warn('run_unavailable', { runpod_job_id: run.runId, reason: observed.message });
      return undefined;
  }
}

/** Adds a reported step to the loss curve of its attempt. A loss that is no finite number leaves a gap. */
async function recordProgress({ store }: PollDeps, trainingId: string, event: TrainingEvent): Promise<void> {
  if (event.type !== 'run_observed' || !event.progress) return;
  const { attempt, at } = event;
  const { step, loss } = event.progress;
  const point = [step, loss !== undefined && Number.isFinite(loss) ? loss : null, at] as const;
  await store.addProgressPoint({ trainingId, attempt }, point);
}

async function reportProgress(deps: PollDeps, training: Training): Promise<void> {
  if (training.status !== 'running' || !training.attempt.progress) return;
  const { step, totalSteps, loss } = training.attempt.progress;
  const percent = totalSteps > 0 ? Math.floor((100 * step) / totalSteps) : 0;
  const line = `step ${step} of ${totalSteps}${loss === undefined ? '' : `, loss ${loss}`}`;
  await deps.queue.reportProgress(training.id, { percent, line });
}

/** The time after an acknowledged cancel at which the cancel of a live run is repeated. */
const CANCEL_REPEAT_MS = 60_000;

/** Whether the cancel is acknowledged. A missing run counts only when its status request was missing too. */
function isAcknowledged(result: CancelResult, training: TrainingIn<'cancelling'>): boolean {
  return (
    result.kind === 'acknowledged' ||
    (result.kind === 'missing' && training.attempt.missingSince !== undefined)
  );
}

/**
 * Cancels the run at the provider, then polls it: an acknowledged cancel does not prove the end of the run (I7). The
 * cancel of a live run is repeated every 60 s, since the first call may have arrived before RunPod registered the run.
 */
export async function pollCancelling(deps: PollDeps, training: TrainingIn<'cancelling'>): Promise<Training> {
  const { attempt: run, acknowledgedAt } = training;
  if (acknowledgedAt === undefined || deps.clock.now() - acknowledgedAt > CANCEL_REPEAT_MS) {
    const result = await deps.provider.cancel(run.endpointId, run.runId);
    if (isAcknowledged(result, training))
      await advance(deps, training.id, {
        type: 'cancel_acknowledged',
        at: deps.clock.now(),
        cause: 'poll',
        attempt: run.number,
      });
  }
  return pollRun(deps, training);
}

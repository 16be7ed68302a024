import {
  CANCELLED_WHEN_MISSING_MS,
  type RunOutcome,
  type Training,
  type TrainingEvent,
  type TrainingIn,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { closeGate, recordRunResult } from '../gate/gate.ts';
import { finishProbeRun } from '../gate/probe-run.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { attemptDeadline, hasPassed } from '../lifecycle/timeouts.ts';
import type { CancelResult, RunObservation } from '../ports/provider.ts';
import { type FoundOutput, findOutput } from './find-output.ts';
import { stopOverdue } from './stop-overdue.ts';

export type PollDeps = AdvanceDeps & Pick<Deps, 'provider' | 'objects' | 'ids'>;
type WithRun = TrainingIn<'submitted' | 'running' | 'cancelling'>;

/** Asks the provider what became of the run and saves the answer: webhook and poll share this road (DESIGN §5). */
export async function pollRun(deps: PollDeps, training: WithRun): Promise<Training> {
  const { attempt: run } = training;
  const event = await toEvent(deps, training, await deps.provider.observe(run.endpointId, run.runId));
  if (!event) return training;
  // Before the slot is given back: the next in line must find the gate as this end leaves it.
  if (event.type === 'run_ended') await recordRunResult(deps, event);
  const after = await advance(deps, training.id, event);
  if (after.rev === training.rev) return stopOverdue(deps, after);
  if (after.status !== training.status) await finishProbeRun(deps);
  await reportProgress(deps, after);
  return stopOverdue(deps, after);
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

/** How long the provider's word on a bad end waits for a store that cannot be read, once a person was told. */
const STORE_TIMEOUT_MS = 10 * 60_000;

/** The store's word where it can be had; RunPod forgets an end after 30 minutes, so it is not waited for for ever. */
async function findOutputOrTimeOut(deps: PollDeps, training: WithRun): Promise<FoundOutput | undefined> {
  try {
    return await findOutput(deps, training);
  } catch (error) {
    const { since } = training.needsAttention ?? {};
    if (since === undefined || deps.clock.now() - since < STORE_TIMEOUT_MS) throw error;
    return undefined;
  }
}

/** Whether we were called, and looked for that reason; what is believed is the provider's answer either way (I6). */
async function getPollCause(deps: PollDeps, { id, attempt }: WithRun): Promise<'webhook' | 'poll'> {
  return (await deps.store.listWebhooks(id, attempt.number)).length > 0 ? 'webhook' : 'poll';
}

/** A run that ended badly by the provider's word may still have left its model: the result's message was lost. */
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

/** Whether the provider has not known the run for so long since it heard the cancel that this is the proof of its end. */
function hasStayedMissing(deps: PollDeps, training: WithRun, missingSince: number): boolean {
  const acknowledgedAt = training.status === 'cancelling' ? training.acknowledgedAt : undefined;
  const since = Math.max(missingSince, acknowledgedAt ?? Number.POSITIVE_INFINITY);
  return hasPassed(deps, { since, durationMs: CANCELLED_WHEN_MISSING_MS });
}

/** Unknown to the provider: the store is asked, and beyond `dead_by` the run counts as ended (SPEC §2). */
async function toRunMissingEvent(deps: PollDeps, training: WithRun): Promise<TrainingEvent | undefined> {
  const { attempt: run } = training;
  const output = await findOutput(deps, training);
  const base = { at: deps.clock.now(), attempt: run.number };
  if (output) return toOutputFound({ ...base, cause: 'store' }, output.uri, output.sizeBytes);
  if (hasPassed(deps, attemptDeadline(run))) return { ...base, type: 'attempt_expired', cause: 'poll' };
  if (run.missingSince !== undefined && !hasStayedMissing(deps, training, run.missingSince)) return undefined;
  return { ...base, type: 'run_missing', cause: 'poll', runId: run.runId };
}

type DeniedObservation = Extract<RunObservation, { kind: 'denied' }>;

/** An endpoint that is gone has no runs; before `dead_by` it may only be a key that cannot see it. */
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

async function reportProgress(deps: PollDeps, training: Training): Promise<void> {
  if (training.status !== 'running' || !training.attempt.progress) return;
  const { step, totalSteps, loss } = training.attempt.progress;
  const percent = totalSteps > 0 ? Math.floor((100 * step) / totalSteps) : 0;
  const line = `step ${step} of ${totalSteps}${loss === undefined ? '' : `, loss ${loss}`}`;
  await deps.queue.reportProgress(training.id, { percent, line });
}

/** How long after an acknowledgement a run that goes on is told again. */
const CANCEL_REPEAT_MS = 60_000;

/** Heard by the provider; that it does not know the run counts only when its status says so too. */
function isAcknowledged(result: CancelResult, training: TrainingIn<'cancelling'>): boolean {
  return (
    result.kind === 'acknowledged' ||
    (result.kind === 'missing' && training.attempt.missingSince !== undefined)
  );
}

/**
 * Asks the provider to stop the run, then looks: an acknowledgement is not an end (I7), and a run that goes on is told
 * again, since one call may have come before the provider knew the run.
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

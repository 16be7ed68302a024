import {
  CANCELLED_WHEN_MISSING_MS,
  type RunOutcome,
  type Training,
  type TrainingEvent,
  type TrainingIn,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { isOver, lifeOf } from '../lifecycle/deadline.ts';
import type { CancelAnswer, RunObservation } from '../ports/provider.ts';
import { closeGate, watchEnd } from '../gate/gate.ts';
import { type FoundOutput, lookUpOutput } from './find-output.ts';
import { recallOverdue } from './stop-overdue.ts';
import { settleTrial } from '../gate/probe-run.ts';

export type LookDeps = AdvanceDeps & Pick<Deps, 'provider' | 'objects' | 'ids'>;
type InRun = TrainingIn<'submitted' | 'running' | 'cancelling'>;

const found = (
  news: { at: number; cause: 'store'; attempt: number },
  uri: string,
  sizeBytes: number,
): TrainingEvent => ({
  ...news,
  type: 'output_found',
  output: { loraUrl: uri, sizeBytes },
});

/** How long the provider's word on a bad end waits for a store that cannot be read, once a person was told. */
const STORE_PATIENCE_MS = 10 * 60_000;

/** The store's word where it can be had; RunPod forgets an end after 30 minutes, so it is not waited for for ever. */
const lookUp = async (deps: LookDeps, training: InRun): Promise<FoundOutput | undefined> => {
  try {
    return await lookUpOutput(deps, training);
  } catch (error) {
    const { since } = training.needsAttention ?? {};
    if (since === undefined || deps.clock.now() - since < STORE_PATIENCE_MS) throw error;
    return undefined;
  }
};

/** Whether we were called, and looked for that reason; what is believed is the provider's answer either way (I6). */
const lookedBecause = async (deps: LookDeps, { id, attempt }: InRun): Promise<'webhook' | 'poll'> =>
  (await deps.store.webhookNotes(id, attempt.number)).length > 0 ? 'webhook' : 'poll';

/** A run that ended badly by the provider's word may still have left its model: the result's message was lost. */
const afterEnd = async (deps: LookDeps, training: InRun, outcome: RunOutcome): Promise<TrainingEvent> => {
  const { attempt: run } = training;
  const output = outcome.status === 'completed' ? undefined : await lookUp(deps, training);
  const news = { at: deps.clock.now(), attempt: run.number };
  const { executionMs } = outcome;
  if (output)
    return {
      ...found({ ...news, cause: 'store' }, output.uri, output.sizeBytes),
      ...(executionMs !== undefined && { executionMs }),
    };
  const cause = await lookedBecause(deps, training);
  return { ...news, type: 'run_ended', cause, runId: run.runId, outcome };
};

/** Whether the provider has not known the run for so long since it heard the cancel that this is the proof of its end. */
const stayedMissing = (deps: LookDeps, training: InRun, missingSince: number): boolean => {
  const heardAt = training.status === 'cancelling' ? training.acknowledgedAt : undefined;
  const since = Math.max(missingSince, heardAt ?? Number.POSITIVE_INFINITY);
  return isOver(deps, { since, lastsMs: CANCELLED_WHEN_MISSING_MS });
};

/** Unknown to the provider: the store is asked, and beyond `dead_by` the run counts as ended (SPEC §2). */
const afterMissing = async (deps: LookDeps, training: InRun): Promise<TrainingEvent | undefined> => {
  const { attempt: run } = training;
  const output = await lookUpOutput(deps, training);
  const news = { at: deps.clock.now(), attempt: run.number };
  if (output) return found({ ...news, cause: 'store' }, output.uri, output.sizeBytes);
  if (isOver(deps, lifeOf(run))) return { ...news, type: 'attempt_expired', cause: 'poll' };
  if (run.missingSince !== undefined && !stayedMissing(deps, training, run.missingSince)) return undefined;
  return { ...news, type: 'run_missing', cause: 'poll', runId: run.runId };
};

type Denied = Extract<RunObservation, { kind: 'denied' }>;

/** An endpoint that is gone has no runs; before `dead_by` it may only be a key that cannot see it. */
const afterDenial = async (
  deps: LookDeps,
  training: InRun,
  denied: Denied,
): Promise<TrainingEvent | undefined> => {
  const { endpointId } = training.attempt;
  if (denied.scope === 'endpoint' && isOver(deps, lifeOf(training.attempt)))
    return afterMissing(deps, training);
  if (endpointId === deps.settings.endpointId)
    await closeGate(deps, { reason: denied.message, opensBy: 'answer' });
  return undefined;
};

const newsOf = async (
  deps: LookDeps,
  training: InRun,
  observed: RunObservation,
): Promise<TrainingEvent | undefined> => {
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
      return afterEnd(deps, training, observed.outcome);
    case 'missing':
      return afterMissing(deps, training);
    case 'denied':
      return afterDenial(deps, training, observed);
    case 'unavailable':
      deps.log.warn('run_unavailable', { runpod_job_id: run.runId, reason: observed.message });
      return undefined;
  }
};

const tellProgress = async (deps: LookDeps, training: Training): Promise<void> => {
  if (training.status !== 'running' || !training.attempt.progress) return;
  const { step, totalSteps, loss } = training.attempt.progress;
  const percent = totalSteps > 0 ? Math.floor((100 * step) / totalSteps) : 0;
  const line = `step ${step} of ${totalSteps}${loss === undefined ? '' : `, loss ${loss}`}`;
  await deps.queue.tell(training.id, { percent, line });
};

/** Asks the provider what became of the run and saves the answer: webhook and poll share this road (DESIGN §5). */
export const lookAtRun = async (deps: LookDeps, training: InRun): Promise<Training> => {
  const { attempt: run } = training;
  const news = await newsOf(deps, training, await deps.provider.observe(run.endpointId, run.runId));
  if (!news) return training;
  // Before the slot is given back: the next in line must find the gate as this end leaves it.
  if (news.type === 'run_ended') await watchEnd(deps, news);
  const after = await advance(deps, training.id, news);
  if (after.rev === training.rev) return recallOverdue(deps, after);
  if (after.status !== training.status) await settleTrial(deps);
  await tellProgress(deps, after);
  return recallOverdue(deps, after);
};

/** How long after an acknowledgement a run that goes on is told again. */
const TELL_AGAIN_MS = 60_000;

/** Heard by the provider; that it does not know the run counts only when its status says so too. */
const heard = (answer: CancelAnswer, training: TrainingIn<'cancelling'>): boolean =>
  answer.kind === 'acknowledged' ||
  (answer.kind === 'missing' && training.attempt.missingSince !== undefined);

/**
 * Asks the provider to stop the run, then looks: an acknowledgement is not an end (I7), and a run that goes on is told
 * again, since one call may have come before the provider knew the run.
 */
export const lookAtCancelling = async (
  deps: LookDeps,
  training: TrainingIn<'cancelling'>,
): Promise<Training> => {
  const { attempt: run, acknowledgedAt } = training;
  if (acknowledgedAt === undefined || deps.clock.now() - acknowledgedAt > TELL_AGAIN_MS) {
    const answer = await deps.provider.cancel(run.endpointId, run.runId);
    if (heard(answer, training))
      await advance(deps, training.id, {
        type: 'cancel_acknowledged',
        at: deps.clock.now(),
        cause: 'poll',
        attempt: run.number,
      });
  }
  return lookAtRun(deps, training);
};

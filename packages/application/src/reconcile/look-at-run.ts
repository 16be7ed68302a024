import type { Run, RunOutcome, Training, TrainingEvent, TrainingIn } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type AdvanceDeps, advance } from '../heart/advance.ts';
import type { RunObservation } from '../ports/provider.ts';
import { closeGate, watchEnd } from './gate.ts';
import { lookUpOutput } from './output-lookup.ts';
import { recallOverdue } from './overdue.ts';

export type LookDeps = AdvanceDeps & Pick<Deps, 'provider' | 'objects'>;
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

/** A run that ended badly by the provider's word may still have left its model: the result's message was lost. */
const afterEnd = async (deps: LookDeps, run: Run, outcome: RunOutcome): Promise<TrainingEvent> => {
  const news = { at: deps.clock.now(), attempt: run.number };
  if (outcome.status !== 'completed') {
    const output = await lookUpOutput(deps, run);
    if (output) return found({ ...news, cause: 'store' }, output.uri, output.sizeBytes);
  }
  return { ...news, type: 'run_ended', cause: 'poll', runId: run.runId, outcome };
};

/** Unknown to the provider: the store is asked, and beyond `dead_by` the run counts as ended (SPEC §2). */
const afterMissing = async (deps: LookDeps, run: Run): Promise<TrainingEvent> => {
  const output = await lookUpOutput(deps, run);
  const news = { at: deps.clock.now(), attempt: run.number };
  if (output) return found({ ...news, cause: 'store' }, output.uri, output.sizeBytes);
  if (news.at > run.deadBy) return { ...news, type: 'attempt_expired', cause: 'poll' };
  return { ...news, type: 'run_missing', cause: 'poll', runId: run.runId };
};

const newsOf = async (
  deps: LookDeps,
  run: Run,
  observed: RunObservation,
): Promise<TrainingEvent | undefined> => {
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
      return afterEnd(deps, run, observed.outcome);
    case 'missing':
      return afterMissing(deps, run);
    case 'denied':
      await closeGate(deps, { reason: observed.message, opensBy: 'answer' });
      return undefined;
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
  const news = await newsOf(deps, run, await deps.provider.observe(run.endpointId, run.runId));
  if (!news) return training;
  // Before the slot is given back: the next in line must find the gate as this end leaves it.
  if (news.type === 'run_ended') await watchEnd(deps, news.outcome);
  const after = await advance(deps, training.id, news);
  if (after.rev === training.rev) return recallOverdue(deps, after);
  await tellProgress(deps, after);
  return recallOverdue(deps, after);
};

/** Asks the provider to stop the run, then looks: an acknowledgement is not an end (I7). */
export const lookAtCancelling = async (
  deps: LookDeps,
  training: TrainingIn<'cancelling'>,
): Promise<Training> => {
  const { attempt: run, acknowledgedAt } = training;
  if (acknowledgedAt === undefined) {
    const answer = await deps.provider.cancel(run.endpointId, run.runId);
    if (answer.kind === 'acknowledged' || answer.kind === 'missing')
      await advance(deps, training.id, {
        type: 'cancel_acknowledged',
        at: deps.clock.now(),
        cause: 'poll',
        attempt: run.number,
      });
  }
  return lookAtRun(deps, training);
};

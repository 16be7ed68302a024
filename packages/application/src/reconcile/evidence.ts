import type { Training, TrainingEvent, TrainingIn } from '@trainyard/domain';
import { advance } from '../heart/advance.ts';
import { SUBMISSION_UNCLEAR_AFTER_MS } from '../heart/patience.ts';
import type { LookDeps } from './look-at-run.ts';
import { lookUpOutput } from './output-lookup.ts';

type InDoubt = TrainingIn<'unconfirmed'>;

/** A submission whose answer was never saved: its dispatcher died, or is late beyond any call's patience. */
export const doubtSubmission = (deps: LookDeps, training: TrainingIn<'submitting'>): Promise<Training> =>
  advance(deps, training.id, (now) => {
    const at = deps.clock.now();
    if (now.status !== 'submitting' || now.attempt.number !== training.attempt.number) return undefined;
    if (at - now.attempt.startedAt < SUBMISSION_UNCLEAR_AFTER_MS) return undefined;
    const reason = 'no answer to the submission was saved';
    return { type: 'submission_unclear', at, cause: 'sweep', attempt: now.attempt.number, reason };
  });

/** A webhook named a run; the provider must know it too before it is adopted (I6). */
const adoptable = async (deps: LookDeps, { id, attempt }: InDoubt): Promise<TrainingEvent | undefined> => {
  const notes = await deps.store.webhookNotes(id, attempt.number);
  for (const { runId } of notes) {
    if (runId === undefined) continue;
    const observed = await deps.provider.observe(attempt.endpointId, runId);
    if (observed.kind === 'live' || observed.kind === 'ended')
      return {
        type: 'submission_accepted',
        at: deps.clock.now(),
        cause: 'webhook',
        attempt: attempt.number,
        runId,
      };
  }
  return undefined;
};

const stored = async (deps: LookDeps, { attempt }: InDoubt): Promise<TrainingEvent | undefined> => {
  const output = await lookUpOutput(deps, attempt);
  if (!output) return undefined;
  const { uri: loraUrl, sizeBytes } = output;
  return {
    type: 'output_found',
    at: deps.clock.now(),
    cause: 'store',
    attempt: attempt.number,
    output: { loraUrl, sizeBytes },
  };
};

interface LiveRuns {
  readonly known: number;
  readonly inDoubt: number;
}

/** Counts by asking the provider anew for each known run: what the record remembers may have ended since. */
const countLive = async (deps: LookDeps): Promise<LiveRuns | undefined> => {
  const counts = { known: 0, inDoubt: 0 };
  for (const { trainingId } of await deps.store.ledger()) {
    const training = await deps.store.load(trainingId);
    if (!training) continue;
    if (training.status === 'submitting' || training.status === 'unconfirmed') counts.inDoubt += 1;
    if (
      training.status === 'submitted' ||
      training.status === 'running' ||
      training.status === 'cancelling'
    ) {
      const observed = await deps.provider.observe(training.attempt.endpointId, training.attempt.runId);
      if (observed.kind === 'unavailable' || observed.kind === 'denied') return undefined;
      if (observed.kind === 'live') counts.known += 1;
    }
  }
  return counts;
};

/** Compares the endpoint's own counts with the runs that are known to live (SPEC §2). */
const counted = async (deps: LookDeps, { attempt }: InDoubt): Promise<TrainingEvent | undefined> => {
  const live = await countLive(deps);
  const answer = await deps.provider.health(attempt.endpointId);
  if (!live || answer.kind !== 'health') return undefined;
  const { inQueue, inProgress } = answer.health.jobs;
  const news = { at: deps.clock.now(), cause: 'poll', attempt: attempt.number } as const;
  if (news.at > attempt.deadBy) return { ...news, type: 'attempt_expired' };
  if (!deps.settings.exclusiveEndpoint)
    return {
      ...news,
      type: 'attention_raised',
      reason: 'it is unknown whether a run exists, and the endpoint is shared',
    };
  return {
    ...news,
    type: 'endpoint_counted',
    unaccounted: inQueue + inProgress - live.known,
    inDoubt: live.inDoubt,
  };
};

/** Reads the evidence about a submission without a clear answer, strongest first; never resends by itself (I2). */
export const gatherEvidence = async (deps: LookDeps, training: InDoubt): Promise<Training> => {
  const news =
    (await adoptable(deps, training)) ?? (await stored(deps, training)) ?? (await counted(deps, training));
  return news ? advance(deps, training.id, news) : training;
};

import type { VersionEntry } from '@trainyard/application';
import type { Training, TrainingStatus } from '@trainyard/domain';
import type { HistoryEvent } from '@trainyard/runpod-simulator';
import type { Evidence, FinalState } from './evidence.ts';
import type { RecordedEvent } from './tails.ts';

/** Builds the events of a run for tests of the checker. Times are small numbers. */
export function createRunEvents(
  trainingId: string,
  span: readonly [acceptedAt: number, endedAt: number],
  { attempt = 1, status = 'COMPLETED' } = {},
): readonly HistoryEvent[] {
  const job = { job_id: `run-${trainingId}-${attempt}-${span[0]}`, training_id: trainingId, attempt };
  return [
    { ...job, at: span[0], event: 'accepted', status: 'IN_QUEUE' },
    { ...job, at: span[1], event: 'ended', status },
  ];
}

type Step = readonly [at: number, type: RecordedEvent['type'], to: TrainingStatus, detail?: object];

/** Builds the events of a training; each continues the state and revision of the event before it. */
export function createTrainingEvents(
  trainingId: string,
  ...steps: readonly Step[]
): readonly RecordedEvent[] {
  return steps.map(([at, type, to, detail = {}], index) => ({
    ...{ trainingId, at, scaledAt: at, type, to, cause: 'poll', seq: index + 1, detail: { ...detail } },
    from: steps[index - 1]?.[2] ?? null,
  }));
}

/** Builds the events of a training from acceptance to completion. */
export function createCompletedTraining(
  trainingId: string,
  acquiredAt: number,
  endedAt: number,
): readonly RecordedEvent[] {
  return createTrainingEvents(
    trainingId,
    [0, 'accepted', 'queued'],
    [acquiredAt, 'submission_started', 'submitting', { attempt: { number: 1 } }],
    [acquiredAt + 1, 'submission_accepted', 'submitted'],
    [acquiredAt + 2, 'run_observed', 'running'],
    [endedAt, 'run_ended', 'finalizing'],
    [endedAt + 1, 'output_verified', 'completed'],
  );
}

/** Builds the final state of a training with a manifest entry of the same status; a completed one has a model of 1 byte. */
export function createFinalState(status: TrainingStatus, more: Partial<FinalState> = {}): FinalState {
  return {
    training: { status, versionName: 'V1', recorded: true, model: { verified: true } } as unknown as Training,
    versions: [{ status } as unknown as VersionEntry],
    modelBytes: status === 'completed' ? 1 : 0,
    foreignModels: [],
    hasOutput: status === 'completed',
    ...more,
  };
}

function sortByTime<T extends { readonly at: number }>(events: readonly T[]): readonly T[] {
  return events.toSorted((a, b) => a.at - b.at);
}

/** Builds evidence without a violation: two trainings in sequence under a concurrency limit of 1. */
export function createValidEvidence(change: Partial<Evidence> = {}): Evidence {
  const evidence: Evidence = {
    provider: [...createRunEvents('a', [11, 20]), ...createRunEvents('b', [31, 40])],
    trainingEvents: [...createCompletedTraining('a', 10, 21), ...createCompletedTraining('b', 30, 41)],
    accepted: ['a', 'b'].map((trainingId) => ({ trainingId, answeredAt: 0 })),
    limitChanges: [{ limit: 1, requestedAt: 0, answeredAt: 0 }],
    forgedWebhooks: [{ trainingId: 'a', marker: 'forged-1', trusted: false, httpStatus: 401 }],
    ...{
      injections: [],
      flushedAt: [],
      notBackedUpAtLoss: ['b'],
      activeAttempts: [],
      jobs: { active: 0 },
      settled: true,
      unexpectedExits: 0,
      recoveredAt: 100,
    },
    finalStates: new Map([
      ['a', createFinalState('completed')],
      ['b', createFinalState('completed')],
    ]),
    ...change,
  };
  return {
    ...evidence,
    provider: sortByTime(evidence.provider),
    trainingEvents: sortByTime(evidence.trainingEvents),
  };
}

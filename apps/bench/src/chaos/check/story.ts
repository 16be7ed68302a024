import type { VersionEntry } from '@trainyard/application';
import type { Training, TrainingStatus } from '@trainyard/domain';
import type { HistoryEvent } from '@trainyard/runpod-simulator';
import type { Evidence, Kept } from '../record/evidence.ts';
import type { RecordedEvent } from '../record/tail.ts';

/** A hand-made history, for the checker's own tests. Times are small numbers. */
export const ran = (
  trainingId: string,
  span: readonly [acceptedAt: number, endedAt: number],
  { attempt = 1, status = 'COMPLETED' } = {},
): readonly HistoryEvent[] => {
  const job = { job_id: `run-${trainingId}-${attempt}-${span[0]}`, training_id: trainingId, attempt };
  return [
    { ...job, at: span[0], event: 'accepted', status: 'IN_QUEUE' },
    { ...job, at: span[1], event: 'ended', status },
  ];
};

type Step = readonly [at: number, type: RecordedEvent['type'], to: TrainingStatus, detail?: object];

/** The changes of one training, each following from the one before. */
export const went = (trainingId: string, ...steps: readonly Step[]): readonly RecordedEvent[] =>
  steps.map(([at, type, to, detail = {}], index) => ({
    ...{ trainingId, at, lifeAt: at, type, to, cause: 'poll', seq: index + 1, detail: { ...detail } },
    from: steps[index - 1]?.[2] ?? null,
  }));

/** A training from its first word to its model. */
export const completes = (trainingId: string, takenAt: number, endedAt: number): readonly RecordedEvent[] =>
  went(
    trainingId,
    [0, 'accepted', 'queued'],
    [takenAt, 'submission_started', 'submitting', { attempt: { number: 1 } }],
    [takenAt + 1, 'submission_accepted', 'submitted'],
    [takenAt + 2, 'run_observed', 'running'],
    [endedAt, 'run_ended', 'finalizing'],
    [endedAt + 1, 'output_verified', 'completed'],
  );

export const keeps = (status: TrainingStatus, more: Partial<Kept> = {}): Kept => ({
  training: { status, versionName: 'V1', recorded: true } as unknown as Training,
  versions: [{ status } as unknown as VersionEntry],
  modelBytes: status === 'completed' ? 1 : 0,
  hasOutput: status === 'completed',
  ...more,
});

const byTime = <T extends { readonly at: number }>(events: readonly T[]): readonly T[] =>
  events.toSorted((a, b) => a.at - b.at);

/** Two trainings one after the other, past a bound of one, and nothing wrong. */
export const soundStory = (change: Partial<Evidence> = {}): Evidence => {
  const told: Evidence = {
    provider: [...ran('a', [11, 20]), ...ran('b', [31, 40])],
    record: [...completes('a', 10, 21), ...completes('b', 30, 41)],
    accepted: ['a', 'b'].map((trainingId) => ({ trainingId, answeredAt: 0 })),
    bounds: [{ bound: 1, askedAt: 0, answeredAt: 0 }],
    forgeries: [{ trainingId: 'a', mark: 'forged-1', trusted: false, httpStatus: 401 }],
    ...{
      strikes: [],
      flushedAt: [],
      unkeptAtLoss: ['b'],
      ledger: [],
      jobs: { active: 0 },
      settled: true,
      ownEnds: 0,
      mendedAt: 100,
    },
    kept: new Map([
      ['a', keeps('completed')],
      ['b', keeps('completed')],
    ]),
    ...change,
  };
  return { ...told, provider: byTime(told.provider), record: byTime(told.record) };
};

import {
  acceptTraining,
  type Obligation,
  obligations,
  type Training,
  type TrainingEventType,
  type TrainingStatus,
  transition,
} from '../../../packages/domain/src/index.ts';
import { newsAt } from './news.ts';

/** Where an event can lead from a state. `same` is a change that stays in the state; no entry is no change. */
export type Moves = ReadonlyMap<
  TrainingStatus,
  ReadonlyMap<TrainingEventType, ReadonlySet<TrainingStatus | 'same'>>
>;

/** What was seen of the lifecycle. */
export interface Explored {
  readonly moves: Moves;
  /** What a training in a state can owe the world. */
  readonly owed: ReadonlyMap<TrainingStatus, ReadonlySet<Obligation['kind']>>;
}

/** Longer than any wait that a cell looks at, so that every wait has passed when the next news comes. */
const STEP_MS = 10 * 60_000;
const MOST_ATTEMPTS = 3;

const born = (): Training =>
  acceptTraining(
    't',
    {
      subject: { kind: 'actor', id: '1' },
      imageUris: ['s3://bucket/a.png'],
      trigger: 'one',
      samplePrompts: [],
      validation: false,
      hyperparameters: {} as Training['request']['hyperparameters'],
      policy: 'flux-presets',
      template: { name: 'template', hash: 'hash' },
      userId: 'user',
      tenantId: 'tenant',
      jobId: 'job',
      maxAttempts: 2,
      source: 'person',
    },
    { at: 0, priority: 10 },
  );

/** What no move looks at: what was paid and may be. */
const MONEY = { bills: undefined, reservedUsd: undefined, budgetUsd: undefined };

/** Two trainings of one shape answer alike: when a thing happened matters less than that it did. */
const shapeOf = (training: Training): string =>
  JSON.stringify({ ...training, ...MONEY, rev: 0 }, (_, value: unknown) =>
    typeof value === 'number' && value >= STEP_MS ? 'later' : value,
  );

type Draft = Map<TrainingStatus, Map<TrainingEventType, Set<TrainingStatus | 'same'>>>;

const note = (moves: Draft, from: Training, event: TrainingEventType, to: Training): void => {
  const row = moves.get(from.status) ?? new Map<TrainingEventType, Set<TrainingStatus | 'same'>>();
  const cell = row.get(event) ?? new Set<TrainingStatus | 'same'>();
  cell.add(from.status === to.status ? 'same' : to.status);
  moves.set(from.status, row.set(event, cell));
};

const futuresOf = (training: Training, moves: Draft): readonly Training[] =>
  newsAt(training.changedAt + STEP_MS, training.attemptsStarted).flatMap((event) => {
    const { moved, training: next } = transition(training, event);
    if (!moved) return [];
    note(moves, training, event.type, next);
    return next.attemptsStarted > MOST_ATTEMPTS ? [] : [next];
  });

const noteOwed = (owed: Map<TrainingStatus, Set<Obligation['kind']>>, training: Training): void => {
  const kinds = owed.get(training.status) ?? new Set<Obligation['kind']>();
  for (const { kind } of obligations(training)) kinds.add(kind);
  owed.set(training.status, kinds);
};

/** Lives every life that the table allows, up to a few attempts, and tells what was seen to follow what. */
export const explore = (): Explored => {
  const moves: Draft = new Map();
  const owed = new Map<TrainingStatus, Set<Obligation['kind']>>();
  const seen = new Set<string>();
  const waiting: Training[] = [born()];
  for (let training = waiting.pop(); training; training = waiting.pop()) {
    const shape = shapeOf(training);
    if (seen.has(shape)) continue;
    seen.add(shape);
    noteOwed(owed, training);
    waiting.push(...futuresOf(training, moves));
  }
  return { moves, owed };
};

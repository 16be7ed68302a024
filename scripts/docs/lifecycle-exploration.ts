import {
  acceptTraining,
  type Obligation,
  obligations,
  type Training,
  type TrainingEventType,
  type TrainingStatus,
  transition,
} from '../../packages/domain/src/index.ts';
import { buildEvents } from './lifecycle-events.ts';

/** Where an event can lead from a state. `same` is a change that stays in the state; no entry is no change. */
export type Transitions = ReadonlyMap<
  TrainingStatus,
  ReadonlyMap<TrainingEventType, ReadonlySet<TrainingStatus | 'same'>>
>;

/** What was seen of the lifecycle. */
export interface Exploration {
  readonly transitions: Transitions;
  /** What a training in a state can owe the world. */
  readonly obligationKinds: ReadonlyMap<TrainingStatus, ReadonlySet<Obligation['kind']>>;
}

/** Longer than any wait that a cell looks at, so that every wait has passed when the next news comes. */
const STEP_MS = 10 * 60_000;
const MAX_ATTEMPTS = 3;

/** Lives every life that the table allows, up to a few attempts, and tells what was seen to follow what. */
export function exploreLifecycle(): Exploration {
  const transitions: TransitionsDraft = new Map();
  const obligationKinds = new Map<TrainingStatus, Set<Obligation['kind']>>();
  const seen = new Set<string>();
  const pending: Training[] = [createTraining()];
  for (let training = pending.pop(); training; training = pending.pop()) {
    const shape = toShape(training);
    if (seen.has(shape)) continue;
    seen.add(shape);
    recordObligations(obligationKinds, training);
    pending.push(...findSuccessors(training, transitions));
  }
  return { transitions, obligationKinds };
}

function createTraining(): Training {
  return acceptTraining(
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
}

/** What no move looks at: what was paid and may be. */
const IGNORED_COST_FIELDS = { runCosts: undefined, reservedUsd: undefined, budgetUsd: undefined };

/** Two trainings of one shape answer alike: when a thing happened matters less than that it did. */
function toShape(training: Training): string {
  return JSON.stringify({ ...training, ...IGNORED_COST_FIELDS, rev: 0 }, (_, value: unknown) =>
    typeof value === 'number' && value >= STEP_MS ? 'later' : value,
  );
}

type TransitionsDraft = Map<TrainingStatus, Map<TrainingEventType, Set<TrainingStatus | 'same'>>>;

function recordTransition(
  moves: TransitionsDraft,
  from: Training,
  event: TrainingEventType,
  to: Training,
): void {
  const row = moves.get(from.status) ?? new Map<TrainingEventType, Set<TrainingStatus | 'same'>>();
  const cell = row.get(event) ?? new Set<TrainingStatus | 'same'>();
  cell.add(from.status === to.status ? 'same' : to.status);
  moves.set(from.status, row.set(event, cell));
}

function findSuccessors(training: Training, moves: TransitionsDraft): readonly Training[] {
  return buildEvents(training.changedAt + STEP_MS, training.attemptsStarted).flatMap((event) => {
    const { moved, training: next } = transition(training, event);
    if (!moved) return [];
    recordTransition(moves, training, event.type, next);
    return next.attemptsStarted > MAX_ATTEMPTS ? [] : [next];
  });
}

function recordObligations(
  obligationKinds: Map<TrainingStatus, Set<Obligation['kind']>>,
  training: Training,
): void {
  const kinds = obligationKinds.get(training.status) ?? new Set<Obligation['kind']>();
  for (const { kind } of obligations(training)) kinds.add(kind);
  obligationKinds.set(training.status, kinds);
}

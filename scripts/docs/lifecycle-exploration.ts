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

/** Possible next states by state and event. `same` is a change within the state; an absent entry means ignored. */
export type Transitions = ReadonlyMap<
  TrainingStatus,
  ReadonlyMap<TrainingEventType, ReadonlySet<TrainingStatus | 'same'>>
>;

/** Result of an exploration of the lifecycle. */
export interface Exploration {
  readonly transitions: Transitions;
  /** Kinds of outstanding effects by state. */
  readonly obligationKinds: ReadonlyMap<TrainingStatus, ReadonlySet<Obligation['kind']>>;
}

/** Longer than any wait that a cell checks, so that every wait has passed at the next event. */
const STEP_MS = 10 * 60_000;
/** Shorter than the longest interval of counts that leaves no gap, and long enough for the next count. */
const COUNT_STEP_MS = 60_000;
/** Events that are explored after both steps: a count decides differently after a gap. */
const COUNTING_EVENTS: ReadonlySet<TrainingEventType> = new Set(['submission_unclear', 'endpoint_counted']);
const MAX_ATTEMPTS = 3;

/** Applies every event to every reachable training, up to {@link MAX_ATTEMPTS} attempts, and records the transitions. */
export function exploreLifecycle(): Exploration {
  const transitions: TransitionsDraft = new Map();
  const obligationKinds = new Map<TrainingStatus, Set<Obligation['kind']>>();
  const seen = new Set<string>();
  const pending: Training[] = [{ ...createTraining(), runs: [ORPHAN] }];
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

/** A run of a former attempt, so that every explored training has one. */
const ORPHAN = { attempt: 0, endpointId: 'endpoint', runId: 'orphan', orphanedUntil: STEP_MS };

/** Cost fields, which no transition reads. */
const IGNORED_COST_FIELDS = { runCosts: undefined, reservedUsd: undefined, budgetUsd: undefined };

/**
 * Shape of a training: trainings with equal shapes have equal transitions. Times and the attention mark count only as
 * absent or present, and as {@link isCountDue}; of the runs counts whether the last was answered.
 */
function toShape(training: Training): string {
  const { runs = [], needsAttention } = training;
  const shape = {
    ...training,
    ...IGNORED_COST_FIELDS,
    rev: 0,
    isCountDue: isCountDue(training),
    needsAttention: needsAttention !== undefined,
    runs: runs.at(-1)?.answered,
  };
  return JSON.stringify(shape, (_, value: unknown) =>
    typeof value === 'number' && value >= COUNT_STEP_MS ? 'later' : value,
  );
}

/** Whether the next count can follow without a gap: the submission or its last count is one short step ago. */
function isCountDue(training: Training): boolean {
  if (training.status !== 'submitting' && training.status !== 'unconfirmed') return false;
  const lastCountAt = 'lastCountAt' in training ? training.lastCountAt : undefined;
  return training.changedAt - (lastCountAt ?? training.attempt.startedAt) <= COUNT_STEP_MS;
}

/** Events that change no other transition, so their successors are not explored. */
const ISOLATED_EVENTS: ReadonlySet<TrainingEventType> = new Set([
  'run_orphaned',
  'orphan_stopped',
  'run_unanswered',
]);

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
  const { changedAt, attemptsStarted } = training;
  const soon = buildEvents(changedAt + COUNT_STEP_MS, attemptsStarted).filter(({ type }) =>
    COUNTING_EVENTS.has(type),
  );
  const events = [...soon, ...buildEvents(changedAt + STEP_MS, attemptsStarted)];
  return events.flatMap((event) => {
    const { moved, training: next } = transition(training, event);
    if (!moved) return [];
    recordTransition(moves, training, event.type, next);
    return next.attemptsStarted > MAX_ATTEMPTS || ISOLATED_EVENTS.has(event.type) ? [] : [next];
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

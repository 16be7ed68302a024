import { QUEUE_BUDGET_MS, type Training, type TrainingIn } from '@trainyard/domain';
import { advance } from '../lifecycle/advance.ts';
import { isOver, type Span } from '../lifecycle/deadline.ts';
import type { EndpointHealth } from '../ports/provider.ts';
import { closeGate } from '../gate/gate.ts';
import type { LookDeps } from './poll-run.ts';

/** What a run may take beyond the time that was sent with it before it is stopped. */
const EXECUTION_GRACE_MS = 10 * 60_000;

/** Why a run is not taken by any worker, as far as the endpoint tells (reference/runpod.md §5). */
const causeOf = ({ workers }: EndpointHealth): string => {
  const count = (kind: keyof EndpointHealth['workers']): number => workers[kind] ?? 0;
  if (count('unhealthy') > 0) return 'its workers are unhealthy';
  if (count('throttled') > 0) return 'its workers are throttled: no GPU of this kind is free';
  const any = count('idle') + count('ready') + count('running') + count('initializing');
  return any === 0 ? 'it has no workers' : 'its workers do not take the run';
};

const waitedTooLong = async (deps: LookDeps, training: TrainingIn<'submitted'>): Promise<Training> => {
  const { attempt } = training;
  const answer = await deps.provider.health(attempt.endpointId);
  const cause = answer.kind === 'health' ? causeOf(answer.health) : 'its health cannot be read';
  const reason = `the endpoint let the run wait beyond its budget: ${cause}`;
  await closeGate(deps, { reason, opensBy: 'worker' });
  const stop = { reason, next: 'requeue' } as const;
  return advance(deps, training.id, {
    type: 'recall_requested',
    at: deps.clock.now(),
    cause: 'poll',
    attempt: attempt.number,
    stop,
  });
};

const ranTooLong = (deps: LookDeps, { id, attempt }: TrainingIn<'running'>): Promise<Training> => {
  const stop = { reason: 'the run went on beyond its execution time', next: 'time_out' } as const;
  return advance(deps, id, {
    type: 'recall_requested',
    at: deps.clock.now(),
    cause: 'poll',
    attempt: attempt.number,
    stop,
  });
};

/** A run that the platform put back into its queue was taken once: its budget is the platform's affair. */
const queueSpan = (deps: LookDeps, { attempt }: TrainingIn<'submitted'>): Span | undefined =>
  attempt.startedRunningAt === undefined
    ? { since: attempt.acceptedAt, lastsMs: deps.settings.queueBudgetMs ?? QUEUE_BUDGET_MS }
    : undefined;

const runSpan = ({ attempt }: TrainingIn<'running'>): Span | undefined =>
  attempt.startedRunningAt === undefined
    ? undefined
    : { since: attempt.startedRunningAt, lastsMs: attempt.executionTimeoutMs + EXECUTION_GRACE_MS };

/** Stops a run that waits beyond the queue budget or runs beyond its execution time (SPEC §2, §9). */
export const recallOverdue = async (deps: LookDeps, training: Training): Promise<Training> => {
  if (training.status !== 'submitted' && training.status !== 'running') return training;
  const span = training.status === 'submitted' ? queueSpan(deps, training) : runSpan(training);
  if (!span || !isOver(deps, span)) return training;
  return training.status === 'submitted' ? waitedTooLong(deps, training) : ranTooLong(deps, training);
};

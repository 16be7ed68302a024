import { QUEUE_BUDGET_MS, type Training, type TrainingIn } from '@trainyard/domain';
import { closeGate } from '../gate/gate.ts';
import { advance } from '../lifecycle/advance.ts';
import { type Deadline, hasPassed } from '../lifecycle/timeouts.ts';
import type { EndpointHealth } from '../ports/provider.ts';
import type { PollDeps } from './poll-run.ts';

/** The time beyond the execution timeout after which a run is stopped, in ms. RunPod should have stopped it before. */
const EXECUTION_GRACE_MS = 10 * 60_000;

/**
 * Stops a run that waited in RunPod's queue longer than the queue budget, or runs longer than its execution timeout and
 * 10 min. The former is requeued, the latter times out. Throws StoreUnavailableError.
 */
export async function stopOverdue(deps: PollDeps, training: Training): Promise<Training> {
  if (training.status !== 'submitted' && training.status !== 'running') return training;
  const deadline =
    training.status === 'submitted' ? getQueueDeadline(deps, training) : getRunDeadline(training);
  if (!deadline || !hasPassed(deps, deadline)) return training;
  return training.status === 'submitted' ? stopQueuedRun(deps, training) : stopOverrunningRun(deps, training);
}

/** Derives from the endpoint's worker counts why no worker runs the queued run (docs/runpod.md). */
function describeQueueCause({ workers }: EndpointHealth): string {
  const count = (kind: keyof EndpointHealth['workers']): number => workers[kind] ?? 0;
  if (count('unhealthy') > 0) return 'its workers are unhealthy';
  if (count('throttled') > 0) return 'its workers are throttled: no GPU of this kind is free';
  const any = count('idle') + count('ready') + count('running') + count('initializing');
  return any === 0 ? 'it has no workers' : 'its workers do not start the run';
}

async function stopQueuedRun(deps: PollDeps, training: TrainingIn<'submitted'>): Promise<Training> {
  const { attempt } = training;
  const result = await deps.provider.health(attempt.endpointId);
  const cause = result.kind === 'health' ? describeQueueCause(result.health) : 'its health is unavailable';
  const reason = `the run waited longer than the queue budget: ${cause}`;
  await closeGate(deps, { reason, reopensWhen: 'worker' });
  const stop = { reason, next: 'requeue' } as const;
  return advance(deps, training.id, {
    type: 'stop_requested',
    at: deps.clock.now(),
    cause: 'poll',
    attempt: attempt.number,
    stop,
  });
}

function stopOverrunningRun(deps: PollDeps, { id, attempt }: TrainingIn<'running'>): Promise<Training> {
  const stop = { reason: 'the run exceeded its execution timeout', next: 'time_out' } as const;
  return advance(deps, id, {
    type: 'stop_requested',
    at: deps.clock.now(),
    cause: 'poll',
    attempt: attempt.number,
    stop,
  });
}

/** A run that RunPod returned to its own queue has started once; the queue budget no longer applies. */
function getQueueDeadline(deps: PollDeps, { attempt }: TrainingIn<'submitted'>): Deadline | undefined {
  return attempt.startedRunningAt === undefined
    ? { since: attempt.acceptedAt, durationMs: deps.settings.queueBudgetMs ?? QUEUE_BUDGET_MS }
    : undefined;
}

function getRunDeadline({ attempt }: TrainingIn<'running'>): Deadline | undefined {
  return attempt.startedRunningAt === undefined
    ? undefined
    : { since: attempt.startedRunningAt, durationMs: attempt.executionTimeoutMs + EXECUTION_GRACE_MS };
}

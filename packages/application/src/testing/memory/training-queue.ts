import { randomUUID } from 'node:crypto';
import { MAX_WAIT_MS } from '../../lifecycle/timeouts.ts';
import type { TrainingConsumer, TrainingQueue } from '../../ports/training-queue.ts';
import type { MemoryData, MemoryJob } from './training-store/data.ts';
import type { MemoryContext } from './training-store/writes.ts';

/** Creates the queue of trainings. Waiting jobs are ordered by priority, then by the order in which they were added. */
export function createMemoryTrainingQueue(context: MemoryContext): TrainingQueue {
  const { state, now, onChange } = context;
  const find = (id: string): MemoryJob | undefined => state.data.jobs.get(id);
  return {
    enqueue: async (id, options) => enqueueJob(context, id, options),
    requeue: async (id, { lockToken, ...options }) => {
      const job = find(id);
      if (!job || job.state === 'finished') return enqueueJob(context, id, options);
      if (job.state !== 'active' || job.lockToken !== lockToken) return;
      Object.assign(job, {
        state: 'delayed',
        lockToken: undefined,
        dueAt: toDueAt(options.notBefore, now()),
      });
      onChange();
    },
    finish: async (id, lockToken, result) => {
      const job = find(id);
      if (
        !job ||
        (job.state !== 'finished' && (job.state !== 'active' || (job.lockToken ?? '0') !== lockToken))
      )
        return;
      Object.assign(job, { state: 'finished', lockToken: undefined, result: structuredClone(result) });
      if (result.status === 'completed') job.percent = 100;
      onChange();
    },
    reprioritize: async (id, priority) => {
      const job = find(id);
      if (job) job.priority = priority;
    },
    withLiveJob: async (ids) => new Set(ids.filter((id) => find(id) && find(id)?.state !== 'finished')),
    findPositions: async (ids) => {
      const waiting = sortByOrder(filterJobs(state.data, 'waiting')).map(({ id }) => id);
      return new Map(ids.flatMap((id) => (waiting.includes(id) ? [[id, waiting.indexOf(id) + 1]] : [])));
    },
    listHead: async (limit) => listHead(state.data, limit),
    remove: async (id) => {
      const job = find(id);
      if (job?.state === 'waiting' || job?.state === 'delayed') state.data.jobs.delete(id);
    },
    reportProgress: async (id, { percent, line }) => {
      const job = find(id);
      if (job && percent !== undefined) job.percent = percent;
      if (job && line !== undefined) job.lines = [...job.lines, line];
    },
  };
}

/** Creates a consumer of the queue. A claim is refused while as many jobs are active as the concurrency limit allows. */
export function createMemoryConsumer({ state, now }: MemoryContext, close: () => void): TrainingConsumer {
  return {
    claim: async () => {
      const { data } = state;
      promoteDue(data, now());
      const active = filterJobs(data, 'active').length;
      const [next] = sortByOrder(filterJobs(data, 'waiting'));
      if (!next || (data.control.maxConcurrency >= 1 && active >= data.control.maxConcurrency))
        return undefined;
      const lockToken = randomUUID();
      Object.assign(next, { state: 'active', lockToken, claimedAt: now() });
      return { trainingId: next.id, lockToken };
    },
    listActive: async () =>
      filterJobs(state.data, 'active').map(({ id, lockToken, claimedAt }) => ({
        trainingId: id,
        lockToken: lockToken ?? '0',
        exists: true,
        heldForMs: now() - claimedAt,
      })),
    removeFromActive: async () => undefined,
    nextDueMs: async () => {
      const [next] = filterJobs(state.data, 'delayed').sort((a, b) => a.dueAt - b.dueAt);
      return next && Math.max(0, next.dueAt - now());
    },
    close: async () => close(),
  };
}

function filterJobs({ jobs }: MemoryData, state: MemoryJob['state']): MemoryJob[] {
  return [...jobs.values()].filter((job) => job.state === state);
}

function sortByOrder(jobs: readonly MemoryJob[]): readonly MemoryJob[] {
  return jobs.toSorted((a, b) => a.priority - b.priority || a.order - b.order);
}

function promoteDue(data: MemoryData, now: number): void {
  for (const job of filterJobs(data, 'delayed')) if (job.dueAt <= now) job.state = 'waiting';
}

function listHead(data: MemoryData, limit: number): readonly string[] {
  const delayed = filterJobs(data, 'delayed').sort((a, b) => a.dueAt - b.dueAt);
  return [
    ...filterJobs(data, 'active'),
    ...sortByOrder(filterJobs(data, 'waiting')).slice(0, limit),
    ...delayed.slice(0, limit),
  ].map(({ id }) => id);
}

function toDueAt(notBefore: number | undefined, now: number): number {
  return notBefore === undefined ? now : now + Math.max(0, Math.min(notBefore - now, MAX_WAIT_MS));
}

function enqueueJob(
  { state, now, onChange }: MemoryContext,
  id: string,
  { name, priority, notBefore }: Parameters<TrainingQueue['enqueue']>[1],
): void {
  const { data } = state;
  const known = data.jobs.get(id);
  if (known && known.state !== 'finished') return;
  const dueAt = toDueAt(notBefore, now());
  data.sequence += 1;
  data.jobs.set(id, {
    id,
    name,
    priority,
    state: dueAt > now() ? 'delayed' : 'waiting',
    order: data.sequence,
    dueAt,
    claimedAt: 0,
    lines: [],
  });
  onChange();
}

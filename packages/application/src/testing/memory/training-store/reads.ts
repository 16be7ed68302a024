import {
  isSettled,
  isTerminal,
  type Subject,
  TRAINING_STATUSES,
  type Training,
  type TrainingStatus,
  toSubjectId,
} from '@trainyard/domain';
import type { TrainingQuery, TrainingReads } from '../../../ports/training-store/index.ts';
import type { MemoryData, MemoryState } from './data.ts';
import { toRunKey } from './run-owners.ts';

/** Creates the reads of trainings. Every result is a copy. */
export function createMemoryReads(state: MemoryState): TrainingReads {
  const all = () => [...state.data.trainings.values()];
  return {
    load: async (id) => structuredClone(state.data.trainings.get(id)),
    loadAll: async (ids) => ids.flatMap((id) => structuredClone(state.data.trainings.get(id)) ?? []),
    list: async (query) => listTrainings(state.data, query),
    listIds: async (query) => {
      const page = listTrainings(state.data, query);
      return { ...page, items: page.items.map(({ id }) => id) };
    },
    listEvents: async (id, afterSeq = 0) =>
      structuredClone((state.data.events.get(id) ?? []).filter(({ seq }) => seq > afterSeq)),
    findByAlias: async (name) =>
      (['run', 'job', 'request'] as const)
        .map((kind) => state.data.aliases.get(`${kind}:${name}`))
        .find((id) => id !== undefined),
    findRunOwner: async (endpointId, runId) => state.data.runs.get(toRunKey({ endpointId, runId })),
    listUnfinished: async (subject) =>
      all()
        .filter((each) => !isTerminal(each) && matchesSubject(each, subject))
        .map(({ id }) => id)
        .sort(),
    findBusyActors: async (ids) =>
      new Set(
        ids.filter((id) =>
          all().some((each) => !isTerminal(each) && matchesSubject(each, { kind: 'actor', id })),
        ),
      ),
    async *listPending() {
      yield* all()
        .filter((each) => !isSettled(each))
        .map(({ id }) => id)
        .sort();
    },
    listActiveAttempts: async () =>
      [...state.data.activeAttempts].map(([trainingId, { attempt, since }]) => ({
        trainingId,
        attempt,
        since,
      })),
    count: async (status) => all().filter((each) => each.status === status).length,
    getCounts: async () => ({
      byStatus: countByStatus(all()),
      slotsUsed: state.data.activeAttempts.size,
      needsAttention: all().filter((each) => each.needsAttention !== undefined).length,
      pendingBackups: state.data.pendingBackups.size,
    }),
    isFull: async () => false,
    ping: async () => undefined,
  };
}

function matchesSubject({ request: { subject } }: Training, { kind, id }: Partial<Subject>): boolean {
  return (
    (kind === undefined || kind === subject.kind) &&
    (id === undefined || toSubjectId(subject.kind, id) === toSubjectId(subject.kind, subject.id))
  );
}

function countByStatus(trainings: readonly Training[]): Readonly<Record<TrainingStatus, number>> {
  const count = (status: TrainingStatus) => trainings.filter((each) => each.status === status).length;
  return Object.fromEntries(TRAINING_STATUSES.map((status) => [status, count(status)])) as Readonly<
    Record<TrainingStatus, number>
  >;
}

function matches(training: Training, query: TrainingQuery): boolean {
  const { request, needsAttention, status } = training;
  return (
    (query.status?.includes(status) ?? true) &&
    matchesSubject(training, query.subject ?? {}) &&
    (query.batchId === undefined || query.batchId === request.batchId) &&
    (query.userId ?? request.userId) === request.userId &&
    (query.tenantId ?? request.tenantId) === request.tenantId &&
    (query.needsAttention ?? needsAttention !== undefined) === (needsAttention !== undefined)
  );
}

function listTrainings({ trainings }: MemoryData, query: TrainingQuery) {
  const found = [...trainings.values()]
    .filter((each) => matches(each, query) && (query.cursor === undefined || each.id < query.cursor))
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  const items = structuredClone(found.slice(0, query.limit));
  const last = items.at(-1);
  return { items, ...(found.length > query.limit && last && { nextCursor: last.id }) };
}

import type { BatchStore, BatchWithPlan } from '../../ports/batches.ts';
import type { MemoryData, MemoryState } from './training-store/data.ts';

/** Creates the store of auto-train batches and of their schedule. */
export function createMemoryBatches(state: MemoryState): BatchStore {
  const write = ({ batch, plan }: BatchWithPlan): void => {
    state.data.batches.set(batch.id, structuredClone({ batch, plan }));
    state.data.pendingBatchBackups.set(batch.id, batch.rev);
  };
  return {
    create: async (entry, schedule) => {
      const known = state.data.batches.get(entry.batch.id);
      if (known) return isEqual(known.batch, entry.batch) ? 'created' : 'known';
      if (schedule && !replaceSchedule(state.data, schedule)) return 'stale';
      write(entry);
      return 'created';
    },
    load: async (id) => structuredClone(state.data.batches.get(id)),
    save: async (batch, plan) => {
      const known = state.data.batches.get(batch.id);
      if (known && isEqual(known.batch, batch)) return 'saved';
      if (known?.batch.rev !== batch.rev - 1) return 'stale';
      write({ batch, plan: plan ?? known.plan });
      return 'saved';
    },
    list: async ({ limit, cursor }) => {
      const found = [...state.data.batches.values()]
        .map(({ batch }) => batch)
        .filter(({ id }) => cursor === undefined || id < cursor)
        .sort((a, b) => (a.id < b.id ? 1 : -1));
      const items = structuredClone(found.slice(0, limit));
      const last = items.at(-1);
      return { items, unreadable: [], ...(found.length > limit && last && { nextCursor: last.id }) };
    },
    listOpen: async () =>
      [...state.data.batches.values()]
        .filter(({ batch }) => batch.status !== 'ended')
        .map(({ batch }) => batch.id),
    restore: async (entry) => {
      const known = state.data.batches.get(entry.batch.id);
      if (known && known.batch.rev >= entry.batch.rev) return 'known';
      write(entry);
      return 'restored';
    },
    listPendingBackups: async (limit) =>
      [...state.data.pendingBatchBackups].slice(0, limit).map(([id, rev]) => ({ id, rev })),
    markBackedUp: async ({ id, rev }) => {
      const pending = state.data.pendingBatchBackups.get(id);
      if (pending !== undefined && pending <= rev) state.data.pendingBatchBackups.delete(id);
    },
    getSchedule: async () => structuredClone(state.data.schedule),
    saveSchedule: async (schedule) => (replaceSchedule(state.data, schedule) ? 'saved' : 'stale'),
  };
}

function replaceSchedule(data: MemoryData, schedule: MemoryData['schedule']): boolean {
  if (isEqual(data.schedule, schedule)) return true;
  if (data.schedule.rev !== schedule.rev - 1) return false;
  data.schedule = structuredClone(schedule);
  return true;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

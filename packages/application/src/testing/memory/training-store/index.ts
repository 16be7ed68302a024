import { holdsSlot, isTerminal } from '@trainyard/domain';
import { toRestoredRecord } from '../../../lifecycle/revision.ts';
import type { BackupStore, TrainingStore, WebhookStore } from '../../../ports/training-store/index.ts';
import { createMemoryControl } from './control.ts';
import type { MemoryState } from './data.ts';
import { createMemoryProgress } from './progress.ts';
import { createMemoryReads } from './reads.ts';
import { belongsToAnother, claimRun } from './run-owners.ts';
import { createMemoryWrites, type MemoryContext, occupySlot, writeRevision } from './writes.ts';

/**
 * Creates a state store that lives as long as the process. It enforces every rule of the Redis adapter (claims,
 * exclusive subjects, compare-and-swap, the checks of a start, budgets), so that tests may rely on it.
 */
export function createMemoryTrainingStore(context: MemoryContext): TrainingStore {
  return {
    ...createMemoryReads(context.state),
    ...createMemoryWrites(context),
    ...createMemoryControl(context),
    ...createMemoryBackup(context),
    ...createMemoryWebhooks(context.state),
    ...createMemoryProgress(context.state),
  };
}

function createMemoryBackup(context: MemoryContext): BackupStore {
  const { state } = context;
  return {
    listPendingBackups: async (limit) =>
      [...state.data.pendingBackups]
        .sort(([, a], [, b]) => a - b)
        .slice(0, limit)
        .map(([trainingId, rev]) => ({ trainingId, rev })),
    markBackedUp: async ({ trainingId, rev }) => {
      const pending = state.data.pendingBackups.get(trainingId);
      if (pending !== undefined && pending <= rev) state.data.pendingBackups.delete(trainingId);
    },
    restore: async (training, before) => {
      const { data } = state;
      const existing = data.trainings.get(training.id);
      if (existing && existing.rev !== before?.rev) return 'known';
      const record = toRestoredRecord(training, before);
      writeRevision(context, { training, record, before });
      if (!(isTerminal(training) && training.recorded)) data.prunable.delete(training.id);
      if (holdsSlot(training))
        occupySlot(data, training, { attempt: training.attempt.number, since: record.at });
      return 'restored';
    },
    restoreRuns: async (trainingId, runs) => {
      for (const claim of runs)
        if (!belongsToAnother(state.data, trainingId, { claim, outranks: claim.answered === true }))
          claimRun(state.data, trainingId, claim);
    },
    establishEpoch: async (epoch) => (state.data.control.epoch ??= epoch),
    advanceHighWaterMark: async (from, to) => {
      if (state.data.control.highWaterMark === from) state.data.control.highWaterMark = to;
    },
    fence: async (highWaterMark) => {
      if (state.data.control.highWaterMark === highWaterMark) state.data.control.epoch = undefined;
    },
  };
}

const WEBHOOKS_KEPT = 5;

function createMemoryWebhooks(state: MemoryState): WebhookStore {
  return {
    recordWebhook: async (id, webhook) => {
      const key = `${id}:${webhook.attempt}`;
      const webhooks = [structuredClone(webhook), ...(state.data.webhooks.get(key) ?? [])];
      state.data.webhooks.set(key, webhooks.slice(0, WEBHOOKS_KEPT));
    },
    listWebhooks: async (id, attempt) => structuredClone(state.data.webhooks.get(`${id}:${attempt}`) ?? []),
    findLastWebhookTime: async () => {
      const times = [...state.data.webhooks.values()].flat().map(({ at }) => at);
      return times.length === 0 ? undefined : Math.max(...times);
    },
  };
}

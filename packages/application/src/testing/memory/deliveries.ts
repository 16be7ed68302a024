import type { Deliveries, Delivery, DeliveryQuery } from '../../ports/notifications/index.ts';
import type { MemoryState } from './training-store/data.ts';

/** Creates the outbox and the deliveries. */
export function createMemoryDeliveries(state: MemoryState): Deliveries {
  const outbox = () => [...state.data.outbox].sort(([, a], [, b]) => a.dueAt - b.dueAt);
  const pending = (channel?: string): readonly (Delivery & { readonly nextAt: number })[] =>
    [...state.data.deliveries.values()]
      .flatMap((each) => (each.nextAt === undefined ? [] : [{ ...each, nextAt: each.nextAt }]))
      .filter((each) => channel === undefined || each.channel === channel)
      .sort((a, b) => a.nextAt - b.nextAt);
  return {
    addNotification: async (notification) => {
      const { knownNotifications, outbox: entries } = state.data;
      if (knownNotifications.has(notification.id)) return;
      knownNotifications.add(notification.id);
      entries.set(notification.id, { notification: structuredClone(notification), dueAt: notification.at });
    },
    listPendingNotifications: async (now, limit) =>
      outbox()
        .filter(([, { dueAt }]) => dueAt <= now)
        .slice(0, limit)
        .map(([outboxId, { notification }]) => ({ outboxId, notification: structuredClone(notification) })),
    markPublished: async (outboxId) => void state.data.outbox.delete(outboxId),
    nextNotificationAt: async () => outbox()[0]?.[1].dueAt,
    create: async (delivery) => {
      if (state.data.deliveries.has(delivery.id)) return 'known';
      state.data.deliveries.set(delivery.id, structuredClone(delivery));
      return 'created';
    },
    load: async (id) => structuredClone(state.data.deliveries.get(id)),
    save: async (delivery) => {
      if (state.data.deliveries.get(delivery.id)?.rev !== delivery.rev - 1) return 'stale';
      state.data.deliveries.set(delivery.id, structuredClone(delivery));
      return 'saved';
    },
    listDue: async (channel, now, limit) =>
      structuredClone(
        pending(channel)
          .filter(({ nextAt }) => nextAt <= now)
          .slice(0, limit),
      ),
    nextDueAt: async (channel) => pending(channel)[0]?.nextAt,
    listChannels: async () => [...new Set(pending().map(({ channel }) => channel))],
    list: async (query) => listDeliveries([...state.data.deliveries.values()], query),
    deleteCreatedBefore: async (before) => {
      for (const { id, createdAt } of state.data.deliveries.values())
        if (createdAt < before) state.data.deliveries.delete(id);
    },
  };
}

function listDeliveries(all: readonly Delivery[], { limit, cursor, ...filters }: DeliveryQuery) {
  const found = all
    .filter(({ id }) => cursor === undefined || id < cursor)
    .filter((each) =>
      (['trainingId', 'destination', 'state'] as const).every(
        (name) => filters[name] === undefined || filters[name] === each[name],
      ),
    )
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  const items = structuredClone(found.slice(0, limit));
  const last = items.at(-1);
  return { items, ...(found.length > limit && last && { nextCursor: last.id }) };
}

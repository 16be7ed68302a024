import type { Deps } from '../deps.ts';
import type { Delivery } from '../ports/deliveries.ts';
import { NOTIFY_URL, type SendOutcome } from '../ports/notifications.ts';
import { applyTry, type SendResult } from './delivery.ts';

export type DeliverDeps = Pick<Deps, 'store' | 'deliveries' | 'messenger' | 'clock' | 'log'>;

/** How many messages one destination is sent side by side. */
const SEND_CONCURRENCY = 8;

/**
 * Sends what one lane has due. Sent first and noted after: a crash in between sends it again, under the same id.
 * @returns after how many ms the lane is due again; undefined when nothing is left
 */
export async function deliver(deps: DeliverDeps, channel: string): Promise<number | undefined> {
  const due = await deps.deliveries.listDue(channel, deps.clock.now(), SEND_CONCURRENCY);
  await Promise.all(due.map((delivery) => attemptDelivery(deps, delivery)));
  const nextAt = await deps.deliveries.nextDueAt(channel);
  return nextAt === undefined ? undefined : Math.max(0, nextAt - deps.clock.now());
}

async function getNotifyUrl(deps: DeliverDeps, delivery: Delivery): Promise<string | undefined> {
  const training = delivery.trainingId && (await deps.store.load(delivery.trainingId));
  return training ? training.request.notifyUrl : undefined;
}

async function sendDelivery(deps: DeliverDeps, delivery: Delivery): Promise<SendOutcome> {
  const { id, destination, body } = delivery;
  if (destination !== NOTIFY_URL) return deps.messenger.send({ id, destination, body });
  const url = await getNotifyUrl(deps, delivery);
  if (url === undefined) return { kind: 'refused', reason: 'the training is no longer on record' };
  return deps.messenger.send({ id, destination, body, url });
}

/** Notes a try, also when somebody changed the delivery meanwhile. */
async function saveTry(deps: DeliverDeps, id: string, result: SendResult): Promise<void> {
  for (;;) {
    const known = await deps.deliveries.load(id);
    if (!known || (await deps.deliveries.save(applyTry(known, result))) === 'saved') return;
  }
}

async function attemptDelivery(deps: DeliverDeps, delivery: Delivery): Promise<void> {
  const startedAt = deps.clock.now();
  const outcome = await sendDelivery(deps, delivery);
  const { id, type, destination, trainingId } = delivery;
  await saveTry(deps, id, { startedAt, endedAt: deps.clock.now(), outcome, random: Math.random() });
  deps.log[outcome.kind === 'delivered' ? 'info' : 'warn']('delivery_attempted', {
    delivery: id,
    type,
    destination,
    outcome: outcome.kind,
    ...(trainingId !== undefined && { training_id: trainingId }),
    ...('reason' in outcome && { reason: outcome.reason }),
  });
}

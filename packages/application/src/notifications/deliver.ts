import type { Deps } from '../deps.ts';
import type { Delivery } from '../ports/deliveries.ts';
import { NOTIFY_URL, type SendOutcome } from '../ports/notifications.ts';
import { afterTry, type Tried } from './delivery.ts';

export type DeliverDeps = Pick<Deps, 'store' | 'deliveries' | 'messenger' | 'clock' | 'log'>;

/** How many messages one destination is sent side by side. */
const AT_ONCE = 8;

const addressOf = async (deps: DeliverDeps, delivery: Delivery): Promise<string | undefined> => {
  const training = delivery.trainingId && (await deps.store.load(delivery.trainingId));
  return training ? training.request.notifyUrl : undefined;
};

const send = async (deps: DeliverDeps, delivery: Delivery): Promise<SendOutcome> => {
  const { id, destination, body } = delivery;
  if (destination !== NOTIFY_URL) return deps.messenger.send({ id, destination, body });
  const url = await addressOf(deps, delivery);
  if (url === undefined) return { kind: 'refused', reason: 'the training is no longer on record' };
  return deps.messenger.send({ id, destination, body, url });
};

/** Notes a try, also when somebody changed the delivery meanwhile. */
const note = async (deps: DeliverDeps, id: string, tried: Tried): Promise<void> => {
  for (;;) {
    const known = await deps.deliveries.load(id);
    if (!known || (await deps.deliveries.save(afterTry(known, tried))) === 'saved') return;
  }
};

const attempt = async (deps: DeliverDeps, delivery: Delivery): Promise<void> => {
  const startedAt = deps.clock.now();
  const outcome = await send(deps, delivery);
  const { id, type, destination, trainingId } = delivery;
  await note(deps, id, { startedAt, endedAt: deps.clock.now(), outcome, luck: Math.random() });
  deps.log[outcome.kind === 'delivered' ? 'info' : 'warn']('message_sent', {
    delivery: id,
    type,
    destination,
    outcome: outcome.kind,
    ...(trainingId !== undefined && { training_id: trainingId }),
    ...('reason' in outcome && { reason: outcome.reason }),
  });
};

/**
 * Sends what one lane has due. Sent first and noted after: a crash in between sends it again, under the same id.
 * @returns after how many ms the lane is due again; undefined when nothing is left
 */
export const deliver = async (deps: DeliverDeps, lane: string): Promise<number | undefined> => {
  const due = await deps.deliveries.due(lane, deps.clock.now(), AT_ONCE);
  await Promise.all(due.map((delivery) => attempt(deps, delivery)));
  const nextAt = await deps.deliveries.nextDueAt(lane);
  return nextAt === undefined ? undefined : Math.max(0, nextAt - deps.clock.now());
};

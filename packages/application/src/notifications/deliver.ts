import { createHash } from 'node:crypto';
import type { Deps } from '../deps.ts';
import type { Delivery } from '../ports/notifications/deliveries.ts';
import { NOTIFY_URL, type Notification, type SendOutcome } from '../ports/notifications/index.ts';
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

/** How long a message is tried before it is given up (SPEC §10). */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
const FIRST_BACKOFF_MS = 5_000;
const MAX_BACKOFF_MS = 4 * 3_600_000;
const BACKOFF_FACTOR = 3;
const MAX_TRIES_KEPT = 30;
const TIMESTAMP_DIGITS = 9;

/**
 * The `webhook-id` of an event at a destination: a function of the two, so that whoever announces the event again
 * finds the same delivery. It holds no full stop, which the signature uses, and sorts by the time of the event.
 */
export function toDeliveryId({ id, at }: Pick<Notification, 'id' | 'at'>, destination: string): string {
  const hash = createHash('sha256').update(`${id}\n${destination}`).digest('hex').slice(0, 24);
  return `msg_${Math.max(0, at).toString(36).padStart(TIMESTAMP_DIGITS, '0')}${hash}`;
}

/** Where ids of deliveries of a moment begin. @param at epoch ms */
export function toDeliveryIdPrefix(at: number): string {
  return `msg_${Math.max(0, at).toString(36).padStart(TIMESTAMP_DIGITS, '0')}`;
}

/** What a new delivery is made of. */
export type NewDelivery = Pick<Delivery, 'id' | 'destination' | 'channel' | 'type' | 'body'> &
  Partial<Pick<Delivery, 'trainingId' | 'batchId'>>;

/** One that is due at once. @param now epoch ms */
export function createDelivery(facts: NewDelivery, now: number): Delivery {
  return {
    ...facts,
    rev: 1,
    createdAt: now,
    state: 'pending',
    since: now,
    triesMade: 0,
    nextAt: now,
    tries: [],
  };
}

/** Exponential, with jitter in its upper half: 5 s, 15 s, 45 s … 4 h. @param random 0 … 1 @returns ms */
function backoffMs(triesMade: number, random: number): number {
  const full = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * BACKOFF_FACTOR ** (triesMade - 1));
  return full / 2 + random * (full / 2);
}

/** A sending with how it ended. */
export interface SendResult {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: SendOutcome;
  /** 0 … 1, for the jitter. */
  readonly random: number;
}

function toTry({ startedAt, endedAt, outcome }: SendResult): Delivery['tries'][number] {
  return {
    at: startedAt,
    outcome: outcome.kind,
    durationMs: Math.max(0, endedAt - startedAt),
    ...('status' in outcome && outcome.status !== undefined && { status: outcome.status }),
    ...('reason' in outcome && { reason: outcome.reason }),
  };
}

/** The next try, the last one exactly at the end of the 24 hours; undefined when it is given up. Epoch ms. */
function getNextTryAt(delivery: Delivery, { endedAt, outcome, random }: SendResult): number | undefined {
  const endsAt = delivery.since + GIVE_UP_AFTER_MS;
  if (outcome.kind !== 'failed' || endedAt >= endsAt) return undefined;
  const requestedDelayMs = Math.min(outcome.retryAfterMs ?? 0, MAX_BACKOFF_MS);
  return Math.min(endsAt, endedAt + Math.max(requestedDelayMs, backoffMs(delivery.triesMade + 1, random)));
}

/** A delivery after a try. Pure. */
export function applyTry(delivery: Delivery, result: SendResult): Delivery {
  const { nextAt: _, ...rest } = delivery;
  const nextAt = getNextTryAt(delivery, result);
  const finalState = result.outcome.kind === 'delivered' ? 'delivered' : 'failed';
  return {
    ...rest,
    rev: delivery.rev + 1,
    state: nextAt === undefined ? finalState : 'pending',
    triesMade: delivery.triesMade + 1,
    tries: [...delivery.tries, toTry(result)].slice(-MAX_TRIES_KEPT),
    ...(nextAt !== undefined && { nextAt }),
  };
}

/** A person wants it sent again: at once, under the same id, with 24 hours anew. Pure. */
export function resetDelivery(delivery: Delivery, now: number): Delivery {
  return {
    ...delivery,
    rev: delivery.rev + 1,
    state: 'pending',
    since: now,
    triesMade: 0,
    nextAt: now,
  };
}

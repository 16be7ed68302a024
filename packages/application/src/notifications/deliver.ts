import { createHash } from 'node:crypto';
import { type Backoff, calculateBackoffMs } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { Delivery } from '../ports/notifications/deliveries.ts';
import { NOTIFY_URL, type Notification, type SendOutcome } from '../ports/notifications/index.ts';

/** Ports that sending deliveries needs. */
export type DeliverDeps = Pick<Deps, 'store' | 'deliveries' | 'messenger' | 'clock' | 'log'>;

/** Concurrent requests per channel. */
const SEND_CONCURRENCY = 8;

/**
 * Sends the due deliveries of a channel, at most 8 at once. The result is saved after the request, so that a
 * crash in between repeats the request under the same id (at least once). @returns ms until the next delivery
 * of the channel is due; undefined if none is pending
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
  if (url === undefined) return { kind: 'refused', reason: 'the training was deleted or has no notify_url' };
  return deps.messenger.send({ id, destination, body, url });
}

/** Saves a try by compare-and-swap, and retries when the delivery was changed concurrently. */
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

/** Time after which retries end and the delivery has failed (docs/concepts/notifications.md). */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** 5 s, 15 s, 45 s, up to 4 h. */
const BACKOFF: Backoff = { firstMs: 5_000, maxMs: 4 * 3_600_000, factor: 3 };
const MAX_TRIES_KEPT = 30;
const TIMESTAMP_DIGITS = 9;

/**
 * Derives the `webhook-id` from the notification and the destination, so that a repeated notification maps to
 * the same delivery. The id contains no full stop, which separates fields in the signature, and sorts by the
 * time of the event.
 */
export function toDeliveryId({ id, at }: Pick<Notification, 'id' | 'at'>, destination: string): string {
  const hash = createHash('sha256').update(`${id}\n${destination}`).digest('hex').slice(0, 24);
  return `msg_${Math.max(0, at).toString(36).padStart(TIMESTAMP_DIGITS, '0')}${hash}`;
}

/** Returns the common prefix of the ids of all deliveries of a millisecond. @param at epoch ms */
export function toDeliveryIdPrefix(at: number): string {
  return `msg_${Math.max(0, at).toString(36).padStart(TIMESTAMP_DIGITS, '0')}`;
}

/** The fields of a delivery that the caller of `createDelivery` chooses. */
export type NewDelivery = Pick<Delivery, 'id' | 'destination' | 'channel' | 'type' | 'body'> &
  Partial<Pick<Delivery, 'trainingId' | 'batchId'>>;

/** Creates a pending delivery that is due immediately. Pure. @param now epoch ms */
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

/** Outcome of a try with its start and end (epoch ms). */
export interface SendResult {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: SendOutcome;
  /** 0 to 1; source of the jitter. */
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

/**
 * Epoch ms of the next try; the last one is exactly 24 h after the start. undefined when there are no further
 * tries.
 */
function getNextTryAt(delivery: Delivery, { endedAt, outcome, random }: SendResult): number | undefined {
  const endsAt = delivery.since + GIVE_UP_AFTER_MS;
  if (outcome.kind !== 'failed' || endedAt >= endsAt) return undefined;
  const requestedDelayMs = Math.min(outcome.retryAfterMs ?? 0, BACKOFF.maxMs);
  return Math.min(
    endsAt,
    endedAt + Math.max(requestedDelayMs, calculateBackoffMs(BACKOFF, delivery.triesMade, random)),
  );
}

/** Returns the delivery after a try. Pure. */
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

/**
 * Returns the delivery for a redelivery by an operator: due immediately, under the same id, with a new retry
 * period of 24 h. Pure. @param now epoch ms
 */
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

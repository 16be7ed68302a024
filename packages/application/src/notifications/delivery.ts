import { createHash } from 'node:crypto';
import type { Delivery } from '../ports/deliveries.ts';
import type { News, SendOutcome } from '../ports/notifications.ts';

/** How long a message is tried before it is given up (SPEC §10). */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 4 * 3_600_000;
const GROWTH = 3;
const TRIES_KEPT = 30;
const TIME_DIGITS = 9;

/**
 * The `webhook-id` of an event at a destination: a function of the two, so that whoever announces the event again
 * finds the same delivery. It holds no full stop, which the signature uses, and sorts by the time of the event.
 */
export const deliveryIdOf = ({ id, at }: Pick<News, 'id' | 'at'>, destination: string): string => {
  const hash = createHash('sha256').update(`${id}\n${destination}`).digest('hex').slice(0, 24);
  return `msg_${Math.max(0, at).toString(36).padStart(TIME_DIGITS, '0')}${hash}`;
};

/** Where ids of deliveries of a moment begin. @param at epoch ms */
export const deliveryIdsFrom = (at: number): string =>
  `msg_${Math.max(0, at).toString(36).padStart(TIME_DIGITS, '0')}`;

/** What a new delivery is made of. */
export type NewDelivery = Pick<Delivery, 'id' | 'destination' | 'lane' | 'type' | 'body'> &
  Partial<Pick<Delivery, 'trainingId' | 'batchId'>>;

/** One that is due at once. @param now epoch ms */
export const newDelivery = (facts: NewDelivery, now: number): Delivery => ({
  ...facts,
  rev: 1,
  createdAt: now,
  state: 'pending',
  since: now,
  triesMade: 0,
  nextAt: now,
  tries: [],
});

/** Exponential, with jitter in its upper half: 5 s, 15 s, 45 s … 4 h. @param luck 0 … 1 @returns ms */
const waitMs = (triesMade: number, luck: number): number => {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * GROWTH ** (triesMade - 1));
  return full / 2 + luck * (full / 2);
};

/** A sending with how it ended. */
export interface Tried {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: SendOutcome;
  /** 0 … 1, for the jitter. */
  readonly luck: number;
}

const tryOf = ({ startedAt, endedAt, outcome }: Tried): Delivery['tries'][number] => ({
  at: startedAt,
  outcome: outcome.kind,
  durationMs: Math.max(0, endedAt - startedAt),
  ...('status' in outcome && outcome.status !== undefined && { status: outcome.status }),
  ...('reason' in outcome && { reason: outcome.reason }),
});

/** The next try, the last one exactly at the end of the 24 hours; undefined when it is given up. Epoch ms. */
const nextTryAt = (delivery: Delivery, { endedAt, outcome, luck }: Tried): number | undefined => {
  const endsAt = delivery.since + GIVE_UP_AFTER_MS;
  if (outcome.kind !== 'failed' || endedAt >= endsAt) return undefined;
  const wished = Math.min(outcome.retryAfterMs ?? 0, LONGEST_WAIT_MS);
  return Math.min(endsAt, endedAt + Math.max(wished, waitMs(delivery.triesMade + 1, luck)));
};

/** A delivery after a try. Pure. */
export const afterTry = (delivery: Delivery, tried: Tried): Delivery => {
  const { nextAt: _, ...rest } = delivery;
  const nextAt = nextTryAt(delivery, tried);
  const settled = tried.outcome.kind === 'delivered' ? 'delivered' : 'failed';
  return {
    ...rest,
    rev: delivery.rev + 1,
    state: nextAt === undefined ? settled : 'pending',
    triesMade: delivery.triesMade + 1,
    tries: [...delivery.tries, tryOf(tried)].slice(-TRIES_KEPT),
    ...(nextAt !== undefined && { nextAt }),
  };
};

/** A person wants it sent again: at once, under the same id, with 24 hours anew. Pure. */
export const againFrom = (delivery: Delivery, now: number): Delivery => ({
  ...delivery,
  rev: delivery.rev + 1,
  state: 'pending',
  since: now,
  triesMade: 0,
  nextAt: now,
});

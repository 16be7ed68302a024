import { describe, expect, it } from 'vitest';
import type { Delivery } from '../ports/notifications/deliveries.ts';
import type { SendOutcome } from '../ports/notifications/index.ts';
import { applyTry, createDelivery, resetDelivery, toDeliveryId } from './deliver.ts';

const HOUR_MS = 3_600_000;
const fresh = createDelivery(
  { id: 'msg_1', destination: 'one', channel: 'one', type: 'training.completed', body: {} },
  0,
);
const failed = { kind: 'failed', reason: 'HTTP 500', status: 500 } as const;

function tryOnce(delivery: Delivery, outcome: SendOutcome, random = 1): Delivery {
  const at = delivery.nextAt ?? 0;
  return applyTry(delivery, { startedAt: at, endedAt: at, outcome, random });
}
function tryUntilFinal(luck: number): Delivery {
  let delivery = fresh;
  for (let times = 0; times < 100 && delivery.state === 'pending'; times += 1)
    delivery = tryOnce(delivery, failed, luck);
  return delivery;
}

describe('applyTry', () => {
  it('retries a failed delivery at growing intervals, for the last time after exactly 24 h', () => {
    const delivery = tryUntilFinal(1);
    const times = delivery.tries.map(({ at }) => at / 1_000);
    expect(times.slice(0, 4)).toEqual([0, 5, 20, 65]);
    expect(times.at(-1)).toBe(24 * 3_600);
    expect(delivery).toMatchObject({ state: 'failed', triesMade: delivery.tries.length });
    expect(delivery).not.toHaveProperty('nextAt');
  });

  it('spreads retries by jitter within half an interval and 24 h', () => {
    expect(tryOnce(fresh, failed, 0).nextAt).toBe(2_500);
    expect(tryOnce(fresh, failed, 1).nextAt).toBe(5_000);
    expect(tryUntilFinal(0).tries.at(-1)!.at).toBe(24 * HOUR_MS);
  });

  it('waits for the Retry-After of the destination, at most 4 h', () => {
    expect(tryOnce(fresh, { ...failed, retryAfterMs: 60_000 }).nextAt).toBe(60_000);
    expect(tryOnce(fresh, { ...failed, retryAfterMs: 90 * HOUR_MS }).nextAt).toBe(4 * HOUR_MS);
  });

  it('does not retry a refused delivery', () => {
    expect(tryOnce(fresh, { kind: 'refused', reason: 'gone' })).toMatchObject({
      state: 'failed',
      triesMade: 1,
    });
  });

  it('retries a redelivered delivery for a new period of 24 h and keeps its tries', () => {
    const again = resetDelivery(tryUntilFinal(1), 100 * HOUR_MS);
    expect(again).toMatchObject({ id: 'msg_1', state: 'pending', nextAt: 100 * HOUR_MS, triesMade: 0 });
    expect(again.tries.length).toBeGreaterThan(10);
    expect(tryOnce(again, { kind: 'delivered', status: 200 })).toMatchObject({ state: 'delivered' });
  });
});

describe('toDeliveryId', () => {
  const notification = { id: 't1.7', at: Date.UTC(2026, 0, 1) };

  it('returns the same id for a notification and destination, without a full stop', () => {
    expect(toDeliveryId(notification, 'one')).toBe(toDeliveryId({ ...notification }, 'one'));
    expect(toDeliveryId(notification, 'one')).toMatch(/^msg_[0-9a-z]{33}$/);
    const others = [toDeliveryId(notification, 'two'), toDeliveryId({ ...notification, id: 't1.8' }, 'one')];
    expect(new Set([toDeliveryId(notification, 'one'), ...others]).size).toBe(3);
  });

  it('returns ids that sort by the time of the event', () => {
    const ids = [1, 1e9, notification.at, notification.at + 1, notification.at * 40].map((at) =>
      toDeliveryId({ id: 'x', at }, 'one'),
    );
    expect([...ids].sort()).toEqual(ids);
  });
});

import { describe, expect, it } from 'vitest';
import { createMemorySystem } from '../../test/memory-system.ts';
import { getSlots } from './slots.ts';
import { getWaiting } from './waiting.ts';

async function openPausedSystem() {
  const system = await createMemorySystem();
  await system.deps.store.setControl({ paused: true, reason: 'holiday' });
  return system;
}

describe('the position of a queued training', () => {
  it('is named by the text of a training that waits for a slot, and kept beside every other cause', async () => {
    const { accept } = await openPausedSystem();
    const training = await accept();
    const now = training.acceptedAt;
    const open = { stop: undefined, now };
    expect(getWaiting(training, { ...open, position: 3 })).toEqual({
      code: 'slot',
      text: '3rd in the queue',
      position: 3,
    });
    expect(getWaiting(training, open)).toEqual({ code: 'slot', text: 'in the queue' });
    const stop = { code: 'paused', text: 'paused: holiday' } as const;
    expect(getWaiting(training, { stop, now, position: 1 })).toEqual({ ...stop, position: 1 });
  });

  it('is unknown while a budget holds the training or a delay is not over', async () => {
    const { accept } = await openPausedSystem();
    const training = await accept();
    const facts = { stop: undefined, now: training.acceptedAt, position: 1 };
    const held = { ...training, hold: { of: 'batch', reason: 'no room', since: 0 } } as typeof training;
    expect(getWaiting(held, facts)).toEqual({ code: 'hold', text: 'no room' });
    const delayed = { ...training, notBefore: facts.now + 1 } as typeof training;
    expect(getWaiting(delayed, facts)).toMatchObject({ code: 'backoff', until: facts.now + 1 });
    expect(getWaiting(delayed, facts)).not.toHaveProperty('position');
  });
});

describe('the head of the queue', () => {
  it('names cause, position and estimate of each training, and its start once dispatch is open', async () => {
    const { accept, deps } = await openPausedSystem();
    const [first, second] = [await accept(), await accept()];
    const paused = await getSlots(deps);
    expect(paused.next).toMatchObject([
      { training: { id: first.id }, waiting: { code: 'paused', position: 1 } },
      { training: { id: second.id }, waiting: { code: 'paused', position: 2 } },
    ]);
    expect(paused.next[0]).not.toHaveProperty('estimatedStart');
    await deps.store.setControl({ paused: false });
    const { next } = await getSlots(deps);
    expect(next[1]).toMatchObject({
      waiting: { code: 'slot', text: '2nd in the queue' },
      expected: { durationSeconds: second.request.expected?.durationSeconds },
      estimatedStart: expect.any(Number),
    });
  });
});

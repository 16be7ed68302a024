import type { Deps, DispatchOutcome } from '@trainyard/application';
import { describe, expect, it } from 'vitest';
import { createDispatchLoop, createStoreBackoff } from './dispatch-loop.ts';

function openLoop(trainingIds: readonly string[] = []) {
  const waiting = [...trainingIds];
  const loaded: string[] = [];
  const pendingLoads: (() => void)[] = [];
  const load = (id: string): Promise<undefined> => {
    loaded.push(id);
    return new Promise((resolve) => pendingLoads.push(() => resolve(undefined)));
  };
  const deps = {
    store: { load },
    clock: { monotonic: () => 0 },
    log: { info: () => undefined },
  } as unknown as Deps;
  const loop = createDispatchLoop({
    deps,
    consumer: {
      claim: async () => {
        const trainingId = waiting.shift();
        return trainingId === undefined ? undefined : { trainingId, lockToken: trainingId };
      },
    },
    canDispatch: async () => true,
    onError: () => undefined,
  });
  const release = (): void => {
    for (const resolveLoad of pendingLoads) resolveLoad();
  };
  return { loop, loaded, release };
}

describe('the dispatch loop', () => {
  it('adopts an orphaned job only while it is not dispatching the same training', async () => {
    const { loop, loaded, release } = openLoop(['t1']);
    expect(await loop.run()).toBe(true);
    loop.adopt({ trainingId: 't1', lockToken: 'fresh', previousLockToken: 't1' });
    loop.adopt({ trainingId: 't2', lockToken: 'fresh', previousLockToken: 'old' });
    loop.adopt({ trainingId: 't2', lockToken: 'fresher', previousLockToken: 'old' });
    expect(loaded).toEqual(['t1', 't2']);
    release();
    await loop.drain(60_000);
    loop.adopt({ trainingId: 't1', lockToken: 'fresh', previousLockToken: 't1' });
    expect(loaded).toEqual(['t1', 't2', 't1']);
    release();
    await loop.drain(60_000);
  });
});

describe('the store backoff', () => {
  it.each(['submitted', 'aborted', 'failed'] as const)(
    'tries one training at a time, 5 s to 60 s apart, until a training is %s',
    (kind) => {
      const unavailable: DispatchOutcome = { kind: 'snoozed', cause: 'unavailable', reason: 'no route' };
      let now = 0;
      const backoff = createStoreBackoff({ monotonic: () => now });
      expect(backoff.canClaim(1)).toBe(true);
      const waits: number[] = [];
      for (let tries = 0; tries < 6; tries += 1) {
        backoff.recordOutcome(unavailable);
        backoff.recordOutcome(unavailable);
        const since = now;
        while (!backoff.canClaim(0)) now += 1_000;
        expect(backoff.canClaim(1)).toBe(false);
        waits.push((now - since) / 1_000);
      }
      expect(waits).toEqual([5, 10, 20, 40, 60, 60]);
      backoff.recordOutcome({ kind } as DispatchOutcome);
      expect(backoff.canClaim(1)).toBe(true);
    },
  );
});

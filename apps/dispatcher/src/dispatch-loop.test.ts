import type { Deps } from '@trainyard/application';
import { expect, it } from 'vitest';
import { createDispatchLoop } from './dispatch-loop.ts';

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
    for (const each of pendingLoads) each();
  };
  return { taking: loop, asked: loaded, release };
}

it('a job that this process is busy with is not taken over by it, and another is at once', async () => {
  const { taking, asked, release } = openLoop(['t1']);
  expect(await taking.run()).toBe(true);
  taking.adopt({ trainingId: 't1', lockToken: 'fresh', previousLockToken: 't1' });
  taking.adopt({ trainingId: 't2', lockToken: 'fresh', previousLockToken: 'old' });
  taking.adopt({ trainingId: 't2', lockToken: 'fresher', previousLockToken: 'old' });
  expect(asked).toEqual(['t1', 't2']);
  release();
  await taking.drain(60_000);
  taking.adopt({ trainingId: 't1', lockToken: 'fresh', previousLockToken: 't1' });
  expect(asked).toEqual(['t1', 't2', 't1']);
  release();
  await taking.drain(60_000);
});

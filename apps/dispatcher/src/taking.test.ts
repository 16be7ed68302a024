import type { Deps } from '@trainyard/application';
import { expect, it } from 'vitest';
import { createDispatchLoop } from './taking.ts';

const openLoop = (line: readonly string[] = []) => {
  const waiting = [...line];
  const asked: string[] = [];
  const held: (() => void)[] = [];
  const load = (id: string): Promise<undefined> => {
    asked.push(id);
    return new Promise((resolve) => held.push(() => resolve(undefined)));
  };
  const deps = {
    store: { load },
    clock: { monotonic: () => 0 },
    log: { info: () => undefined },
  } as unknown as Deps;
  const taking = createDispatchLoop({
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
    for (const each of held) each();
  };
  return { taking, asked, release };
};

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

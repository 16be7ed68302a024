import type { Deps } from '@trainyard/application';
import { expect, it } from 'vitest';
import { createTaking } from './taking.ts';

const opened = (line: readonly string[] = []) => {
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
  const taking = createTaking({
    deps,
    line: {
      claim: async () => {
        const trainingId = waiting.shift();
        return trainingId === undefined ? undefined : { trainingId, lockToken: trainingId };
      },
    },
    mayTake: async () => true,
    onError: () => undefined,
  });
  const release = (): void => {
    for (const each of held) each();
  };
  return { taking, asked, release };
};

it('a job that this process is busy with is not taken over by it, and another is at once', async () => {
  const { taking, asked, release } = opened(['t1']);
  expect(await taking.takeAll()).toBe(true);
  taking.adopt({ trainingId: 't1', lockToken: 'fresh', previousLockToken: 't1' });
  taking.adopt({ trainingId: 't2', lockToken: 'fresh', previousLockToken: 'old' });
  taking.adopt({ trainingId: 't2', lockToken: 'fresher', previousLockToken: 'old' });
  expect(asked).toEqual(['t1', 't2']);
  release();
  await taking.done(60_000);
  taking.adopt({ trainingId: 't1', lockToken: 'fresh', previousLockToken: 't1' });
  expect(asked).toEqual(['t1', 't2', 't1']);
  release();
  await taking.done(60_000);
});

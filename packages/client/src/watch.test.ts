import { expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { createChangeSignal } from './watch.ts';

it('a live event that arrives during a poll ends the next wait', async () => {
  const received = Promise.withResolvers<void>();
  const connection = {
    async stream(_path: string, signal: AbortSignal) {
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      return (async function* () {
        yield new Uint8Array(1);
        received.resolve();
        await aborted;
      })();
    },
  } as unknown as Connection;
  const changeSignal = createChangeSignal(connection, { path: '/api/stream', pollIntervalMs: 60_000 });
  await received.promise;
  const late = new Promise((resolve) => setTimeout(resolve, 4_000, 'late').unref());
  expect(await Promise.race([changeSignal.wait().then(() => 'changed'), late])).toBe('changed');
  await changeSignal.close();
});

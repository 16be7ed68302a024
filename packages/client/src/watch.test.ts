import { expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { createChangeSignal } from './watch.ts';

it('what came while the asker was asking ends the next rest', async () => {
  const heard = Promise.withResolvers<void>();
  const connection = {
    async stream(_path: string, signal: AbortSignal) {
      const gone = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      return (async function* () {
        yield new Uint8Array(1);
        heard.resolve();
        await gone;
      })();
    },
  } as unknown as Connection;
  const waker = createChangeSignal(connection, { path: '/api/stream', pollIntervalMs: 60_000 });
  await heard.promise;
  const late = new Promise((resolve) => setTimeout(resolve, 4_000, 'late').unref());
  expect(await Promise.race([waker.wait().then(() => 'rested'), late])).toBe('rested');
  await waker.close();
});

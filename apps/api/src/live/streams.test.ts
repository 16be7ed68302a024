import fc from 'fast-check';
import type { FastifyReply } from 'fastify';
import { describe, expect, it } from 'vitest';
import type { KnownKey } from '../access/keys.ts';
import { createStreamSlots } from './stream-slots.ts';
import { createStreams } from './streams.ts';

const metrics = { refusals: { inc: () => undefined } } as never;

function createKey(name: string): KnownKey {
  return { digest: name, scope: 'read' };
}

describe('the places of streams', () => {
  it('never exceed a limit, and are free again after any order of opening and closing', () => {
    const step = fc.record({ key: fc.constantFrom(undefined, 'a', 'b'), close: fc.nat(20) });
    fc.assert(
      fc.property(
        fc.array(step),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        (steps, streams, streamsPerKey) => {
          const slots = createStreamSlots({ streams, streamsPerKey }, metrics);
          const open: { readonly key: string | undefined; readonly release: () => void }[] = [];
          for (const { key, close } of steps) {
            const mayOpen =
              open.length < streams &&
              (key === undefined || open.filter((each) => each.key === key).length < streamsPerKey);
            const acquire = () => slots.acquire({ apiKey: key === undefined ? undefined : createKey(key) });
            if (mayOpen) open.push({ key, release: acquire() });
            else expect(acquire).toThrow(/streams/);
            for (const { release } of open.splice(close, 1)) {
              release();
              release();
            }
          }
        },
      ),
    );
  });
});

describe('a stream that cannot be opened', () => {
  it('frees its place', async () => {
    const fail = () => Promise.reject(new Error('Redis does not answer'));
    const feed = { getLatestPosition: fail };
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const streams = createStreams({ feed, log, metrics } as never, { streams: 1, streamsPerKey: 1 }, {});
    const reply = { sse: { onClose: () => undefined }, request: { apiKey: createKey('a') } };
    for (let times = 0; times < 3; times += 1)
      await expect(streams.open(reply as unknown as FastifyReply, {})).rejects.toThrow(
        'Redis does not answer',
      );
    await streams.close();
  });
});

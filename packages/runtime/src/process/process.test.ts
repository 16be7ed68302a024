import { readFileSync } from 'node:fs';
import { type Log, POST_TIMEOUT_MS } from '@trainyard/application';
import { describe, expect, test } from 'vitest';
import { createClock } from './clock.ts';
import { createIds } from './ids.ts';
import { createLog } from './log.ts';
import { createCloseStack, openAll, SHUTDOWN_TIMEOUT_MS } from './shutdown.ts';

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function logged(write: (log: Log) => void, secrets: readonly string[] = []) {
  const lines: string[] = [];
  write(createLog({ name: 'test', secrets, destination: { write: (line) => lines.push(line) } }));
  return lines;
}

describe('the log', () => {
  test('writes an event and its ids as one line of JSON', () => {
    const [line] = logged((log) => log.info('accepted', { training_id: 't1' }));
    expect(JSON.parse(line ?? '')).toMatchObject({ event: 'accepted', training_id: 't1', name: 'test' });
  });

  test('hides secrets by value, by name and in addresses', () => {
    const fields = {
      message: 'the key rp_1234567 was refused',
      authorization: 'Bearer x-y-z',
      input: { workflow: 'graph' },
      url: 'https://h/hook?training=t&token=abc123',
      redis: 'redis://:hunter2@host:1',
      deep: [{ webhook: 'https://z' }],
    };
    const [line = ''] = logged((log) => log.warn('refused', fields), ['rp_1234567']);
    expect(line).not.toMatch(/rp_1234567|x-y-z|graph|abc123|hunter2|https:\/\/z/);
    expect(line).toContain('training=t');
  });

  test('keeps what an error says and why it came to be', () => {
    const error = new Error('no answer', { cause: new Error('reset') });
    const [line = ''] = logged((log) => log.error('failed', { error }));
    expect(JSON.parse(line).error).toMatchObject({ message: 'no answer', cause: { message: 'reset' } });
  });
});

describe('the clock', () => {
  test('agrees with real time at its anchor and runs faster by its factor', () => {
    const clock = createClock({ factor: 100, anchorMs: 1_000 });
    expect(clock.fromReal(1_000)).toBe(1_000);
    expect(clock.fromReal(1_010)).toBe(2_000);
    expect(clock.realMs(3_000)).toBe(30);
  });
});

describe('ids', () => {
  test('sort in the order in which they were given, without a prefix', () => {
    const ids = createIds();
    const given = Array.from({ length: 500 }, () => ids.training());
    expect(given.toSorted()).toEqual(given);
    expect(new Set(given).size).toBe(500);
    expect(given[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });
});

describe('closing', () => {
  test('goes last first, also past one that fails, and tells of it', async () => {
    const closed: string[] = [];
    const closing = createCloseStack(quiet);
    closing.register('a', 'a', (name) => closed.push(name));
    closing.register('b', 'b', () => Promise.reject(new Error('stuck')));
    closing.register('c', 'c', (name) => closed.push(name));
    await expect(closing.close()).rejects.toThrow('could not be closed');
    expect(closed).toEqual(['c', 'a']);
    await closing.close();
  });

  test('waits for what is being started, and lets nothing more be', async () => {
    const closed: string[] = [];
    const closing = createCloseStack(quiet);
    let arrive = (_: string): void => undefined;
    const arriving = new Promise<string>((resolve) => {
      arrive = resolve;
    });
    void closing.start(
      'a',
      () => arriving,
      (name) => closed.push(name),
    );
    const failed = closing.start(
      'b',
      () => Promise.reject(new Error('no redis')),
      (name) => closed.push(name),
    );
    await expect(failed).rejects.toThrow('no redis');
    const done = closing.close();
    void closing.start(
      'c',
      async () => closed.push('started'),
      () => undefined,
    );
    expect(closed).toEqual([]);
    arrive('a');
    await done;
    expect(closed).toEqual(['a']);
  });

  test('a start that fails half-way leaves nothing open', async () => {
    const closed: string[] = [];
    const started = openAll(quiet, async ({ register }) => {
      register('a', 'a', (name) => closed.push(name));
      throw new Error('no redis');
    });
    await expect(started).rejects.toThrow('no redis');
    expect(closed).toEqual(['a']);
  });
});

test('a process that closes may wait for a call to the provider, and compose waits for the process', () => {
  const compose = readFileSync(new URL('../../../../docker-compose.yml', import.meta.url), 'utf8');
  const graceMs = Number(/stop_grace_period: (\d+)s/.exec(compose)?.[1]) * 1_000;
  expect(SHUTDOWN_TIMEOUT_MS).toBeGreaterThanOrEqual(POST_TIMEOUT_MS + 10_000);
  expect(graceMs).toBeGreaterThan(SHUTDOWN_TIMEOUT_MS);
});

import { readFileSync } from 'node:fs';
import { type Log, POST_TIMEOUT_MS } from '@trainyard/application';
import { describe, expect, test } from 'vitest';
import { createLog } from './log.ts';
import { createRepeatLimit } from './log-repeats.ts';
import { createCloseStack, openAll, SHUTDOWN_TIMEOUT_MS } from './shutdown.ts';

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function captureLines(write: (log: Log) => void, secrets: readonly string[] = []) {
  const lines: string[] = [];
  write(createLog({ name: 'test', secrets, destination: { write: (line) => lines.push(line) } }));
  return lines;
}

describe('a log', () => {
  test('writes an event and its ids as one line of JSON', () => {
    const [line] = captureLines((log) => log.info('accepted', { training_id: 't1' }));
    expect(JSON.parse(line ?? '')).toMatchObject({ event: 'accepted', training_id: 't1', name: 'test' });
  });

  test('redacts secrets by value, by field name and in URLs', () => {
    const fields = {
      message: 'the key rp_1234567 was rejected',
      authorization: 'Bearer x-y-z',
      input: { workflow: 'graph' },
      url: 'https://h/hook?training=t&token=abc123',
      redis: 'redis://:hunter2@host:1',
      deep: [{ webhook: 'https://z' }],
    };
    const [line = ''] = captureLines((log) => log.warn('refused', fields), ['rp_1234567']);
    expect(line).not.toMatch(/rp_1234567|x-y-z|graph|abc123|hunter2|https:\/\/z/);
    expect(line).toContain('training=t');
  });

  test('redacts encoded secrets, removes escape sequences and cuts long texts', () => {
    const secret = 'rp_1234567/+';
    const message = `\u001b[31mrefused\u001b[0m ${encodeURIComponent(secret)} ${Buffer.from(`a:${secret}`).toString('base64')}`;
    const [line = ''] = captureLines(
      (log) => log.warn('refused', { message, long: 'x'.repeat(99_999) }),
      [secret],
    );
    const written = JSON.parse(line);
    expect(written.message).toBe('refused [redacted] [redacted]');
    expect(written.long.length).toBeLessThanOrEqual(8_000);
  });

  test('keeps the message and the cause of an error', () => {
    const error = new Error('no answer', { cause: new Error('reset') });
    const [line = ''] = captureLines((log) => log.error('failed', { error }));
    expect(JSON.parse(line).error).toMatchObject({ message: 'no answer', cause: { message: 'reset' } });
  });
});

describe('the limit of repeated log events', () => {
  test('logs an equal failure once a minute with the count of suppressed ones', () => {
    let now = 0;
    const limit = createRepeatLimit(() => now);
    const admit = (id: string, training = 't1') =>
      limit.admit('failed', {
        training_id: training,
        error: { message: `data/store-check/${id}: HTTP 503` },
      });
    expect(admit('0b6a3c1e-7d25-4c3e-9a53-0d6f2b1c4e5f')).toBe(0);
    expect(admit('1b6a3c1e-7d25-4c3e-9a53-0d6f2b1c4e5f')).toBeUndefined();
    expect(admit('x', 't2')).toBe(0);
    now = 59_999;
    expect(admit('2b6a3c1e-7d25-4c3e-9a53-0d6f2b1c4e5f')).toBeUndefined();
    now = 60_000;
    expect(admit('3b6a3c1e-7d25-4c3e-9a53-0d6f2b1c4e5f')).toBe(2);
    expect(admit('4b6a3c1e-7d25-4c3e-9a53-0d6f2b1c4e5f')).toBeUndefined();
  });

  test('never suppresses an event without error and reason', () => {
    const limit = createRepeatLimit(() => 0);
    for (let times = 0; times < 3; times += 1) expect(limit.admit('listening', { url: 'u' })).toBe(0);
  });
});

describe('a close stack', () => {
  test('closes in reverse order, also after a resource fails to close, and throws its error', async () => {
    const closed: string[] = [];
    const closing = createCloseStack(quiet);
    closing.register('a', 'a', (name) => closed.push(name));
    closing.register('b', 'b', () => Promise.reject(new Error('stuck')));
    closing.register('c', 'c', (name) => closed.push(name));
    await expect(closing.close()).rejects.toThrow('could not be closed');
    expect(closed).toEqual(['c', 'a']);
    await closing.close();
  });

  test('waits for a start in progress, and starts no resource after close began', async () => {
    const closed: string[] = [];
    const closing = createCloseStack(quiet);
    let finishStart = (_: string): void => undefined;
    const starting = new Promise<string>((resolve) => {
      finishStart = resolve;
    });
    void closing.start(
      'a',
      () => starting,
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
    finishStart('a');
    await done;
    expect(closed).toEqual(['a']);
  });

  test('closes the opened resources when a later one fails to open', async () => {
    const closed: string[] = [];
    const started = openAll(quiet, async ({ register }) => {
      register('a', 'a', (name) => closed.push(name));
      throw new Error('no redis');
    });
    await expect(started).rejects.toThrow('no redis');
    expect(closed).toEqual(['a']);
  });
});

test('the shutdown timeout exceeds that of a submission, and the grace period of Docker Compose exceeds both', () => {
  const compose = readFileSync(new URL('../../../../docker-compose.yml', import.meta.url), 'utf8');
  const graceMs = Number(/stop_grace_period: (\d+)s/.exec(compose)?.[1]) * 1_000;
  expect(SHUTDOWN_TIMEOUT_MS).toBeGreaterThanOrEqual(POST_TIMEOUT_MS + 10_000);
  expect(graceMs).toBeGreaterThan(SHUTDOWN_TIMEOUT_MS);
});

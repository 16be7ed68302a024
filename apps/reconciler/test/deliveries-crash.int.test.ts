import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openReceiver, type Receiver } from '@trainyard/notifications/test-receiver';
import { startTestRedis } from '@trainyard/testing/redis';
import { afterEach, expect, it } from 'vitest';

const RECONCILER = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const CRASHING_WRITER = fileURLToPath(new URL('./workers/crash-after-save.ts', import.meta.url));

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function waitForExit(child: ChildProcess): Promise<void> {
  return child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await waitForExit(child);
}

/** Starts processes on the same Redis and object store; a minute of their clock takes a second. */
async function openEnvironment(receiver: Receiver) {
  const redis = await startTestRedis();
  cleanups.push(() => redis.close());
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-crash-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const env = {
    PATH: process.env['PATH'] ?? '',
    REDIS_URL: redis.url,
    OBJECT_STORE_URL: `file:${folder}`,
    MODEL_TRAINING_RUNPOD_API_KEY: 'simulator-key',
    MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'crash',
    RUNPOD_ENDPOINT_BASE_URL: 'http://127.0.0.1:2',
    TIME_FACTOR: '60',
    TIME_ANCHOR_MS: String(Date.UTC(2026, 0, 1)),
    LOG_LEVEL: 'silent',
    NOTIFY_SECRET: receiver.secret,
    NOTIFY_ALLOW_PRIVATE: 'true',
    NOTIFY_URL: receiver.url,
  };
  const start = (file: string): ChildProcess => {
    const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    cleanups.push(() => kill(child));
    return child;
  };
  return { start };
}

it('a message survives a crash after the save of its event and a crash while it is sent: it is delivered again under the same id', async () => {
  let sender: ChildProcess | undefined;
  const receiver = await openReceiver((response, message) => {
    // The first message arrived, and its sender is killed before it receives the response.
    if (receiver.messages[0] === message) sender?.kill('SIGKILL');
    else response.writeHead(204).end();
  });
  const { start } = await openEnvironment(receiver);
  const saver = start(CRASHING_WRITER);
  await waitForExit(saver);
  expect([saver.signalCode, receiver.messages.length]).toEqual(['SIGKILL', 0]);
  sender = start(RECONCILER);
  await expect.poll(() => receiver.messages.length, { timeout: 30_000 }).toBe(1);
  await waitForExit(sender);
  start(RECONCILER);
  await expect.poll(() => receiver.messages.length, { timeout: 30_000 }).toBe(2);
  const [first, second] = receiver.messages;
  expect([second!.id, second!.text]).toEqual([first!.id, first!.text]);
  expect(second!.body).toMatchObject({ type: 'training.cancelled' });
}, 90_000);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, getSharedRedis } from '@trainyard/testing/redis';
import { expect, onTestFinished } from 'vitest';
import { SECRET } from './test-system.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The API as a process of its own. */
export interface ApiProcess {
  readonly url: string;
  /** Opens a connection and sends some bytes. */
  connect(bytes?: string): Connection;
  /** Reads the largest resident memory that the process had so far, in bytes. */
  readPeakBytes(): Promise<number>;
}

/** Raw connection to the API. */
export interface Connection {
  readonly socket: Socket;
  /** Text received so far. */
  text(): string;
  /** Resolves with the whole text when the server closes the connection. */
  readonly closed: Promise<string>;
}

/** Starts the API on a free port, and ends it with the test. */
export async function startApiProcess(env: Readonly<Record<string, string>> = {}): Promise<ApiProcess> {
  const [redis, port, unusedPort, dir] = await Promise.all([
    getSharedRedis(),
    freePort(),
    freePort(),
    mkdtemp(join(tmpdir(), 'trainyard-api-process-')),
  ]);
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      MODEL_TRAINING_RUNPOD_API_KEY: 'rp-key-of-the-tests',
      MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'ep1',
      RUNPOD_ENDPOINT_BASE_URL: `http://127.0.0.1:${unusedPort}/v2`,
      REDIS_URL: redis.url,
      OBJECT_STORE_URL: `file:${dir}`,
      WEBHOOK_SECRET: SECRET,
      PORT: String(port),
      ...env,
    },
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const url = `http://127.0.0.1:${port}`;
  const isAlive = () =>
    fetch(`${url}/livez`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isAlive, { interval: 50 }).toBe(true);
  return {
    url,
    connect: (bytes) => openConnection(port, bytes),
    readPeakBytes: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
    },
  };
}

function openConnection(port: number, bytes = ''): Connection {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  // A connection that the server closes while bytes are under way ends with an error.
  socket.on('error', () => undefined);
  socket.write(bytes);
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  return { socket, text: () => text, closed };
}

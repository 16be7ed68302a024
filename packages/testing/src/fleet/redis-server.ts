import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onExit } from './exit-hooks.ts';
import { freePort } from './settings.ts';

/** A Redis that can be killed, started again on its files, and cut off for a while. */
export interface RedisServer {
  readonly url: string;
  kill(): Promise<void>;
  /** Starts it again unless it runs. */
  restart(): Promise<void>;
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** Starts one on a free port, with AOF always as in production. */
export async function startRedisServer(dir: string): Promise<RedisServer> {
  await mkdir(dir, { recursive: true });
  const port = await freePort();
  const closing = new AbortController();
  let child = spawnRedis(port, dir);
  await waitUntilReady(child, port, closing.signal);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await waitForExit(child);
  };
  const removeExitHook = onExit(() => void child.kill('SIGKILL'));
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    restart: async () => {
      closing.signal.throwIfAborted();
      if (hasExited(child)) child = spawnRedis(port, dir);
      await waitUntilReady(child, port, closing.signal);
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    close: async () => {
      closing.abort(new Error('this Redis was closed'));
      await kill();
      removeExitHook();
    },
  };
}

function spawnRedis(port: number, dir: string): ChildProcess {
  return spawn(
    'redis-server',
    [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''],
      ...['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'],
    ],
    { stdio: 'ignore' },
  );
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const answer = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.once('data', (text) => answer(text.toString().startsWith('+PONG')));
    socket.once('error', () => answer(false));
  });
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
function waitForExit(child: ChildProcess): Promise<void> {
  return hasExited(child) ? Promise.resolve() : new Promise((resolve) => child.once('exit', () => resolve()));
}

/** One that was killed meanwhile is waited for, since whoever did it starts it again, unless all is over. */
async function waitUntilReady(child: ChildProcess, port: number, signal: AbortSignal): Promise<void> {
  do {
    await sleep(10, undefined, { signal });
    if (child.exitCode !== null) throw new Error(`redis-server ended by itself, with ${child.exitCode}`);
  } while (!(await answersPing(port)));
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { examineRedisTarget } from '../src/doctor/redis.ts';
import { findRedis, startRedis } from '../src/embedded/redis.ts';

function createFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'trainyard-embedded-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts a process that owns a Redis in this folder, and returns the pid of the Redis. */
async function startOwner(dir: string): Promise<{ readonly child: ChildProcess; readonly redisPid: number }> {
  const redis = fileURLToPath(new URL('../src/embedded/redis.ts', import.meta.url));
  const script = `const { startRedis } = await import(${JSON.stringify(redis)});
    console.log((await startRedis(${JSON.stringify(dir)})).pid); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const redisPid = Number(line.toString());
  // A killed owner cannot stop its Redis.
  onTestFinished(() => void (isAlive(redisPid) && process.kill(redisPid, 'SIGKILL')));
  return { child, redisPid };
}

test('an embedded Redis passes the checks of the doctor, persists its data and leaves no process', async () => {
  const dir = createFolder();
  const first = await startRedis(dir);
  const verdicts = (await examineRedisTarget({ redisUrl: first.url, prefix: '{trainyard}' })).map(
    ({ verdict }) => verdict,
  );
  expect(verdicts).toEqual(['ok', 'ok', 'ok', 'ok']);
  const redis = new Redis(first.url);
  await redis.set('key', 'kept');
  await redis.quit();
  await first.close();
  expect(isAlive(first.pid)).toBe(false);
  const second = await startRedis(dir);
  onTestFinished(() => second.close());
  const again = new Redis(second.url);
  expect(await again.get('key')).toBe('kept');
  await again.quit();
});

test('a second owner of the same files is refused while the first is alive', async () => {
  const dir = createFolder();
  const { child } = await startOwner(dir);
  expect(await findRedis(dir)).toMatch(/^redis:\/\/127\.0\.0\.1:\d+$/);
  await expect(startRedis(dir)).rejects.toThrow(`process ${child.pid}`);
});

test('a Redis of a killed owner is stopped before a new Redis opens its files', async () => {
  const dir = createFolder();
  const { child, redisPid } = await startOwner(dir);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(redisPid)).toBe(true);
  const redis = await startRedis(dir);
  expect(isAlive(redisPid)).toBe(false);
  await redis.close();
});

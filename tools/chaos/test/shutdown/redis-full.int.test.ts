import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@trainyard/testing/redis';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import { canMount, mountSmallDisk, type SmallDisk } from './small-disk.ts';
import { openTestSystem, type TestSystem } from './test-system.ts';

const TIME_FACTOR = 20;
const RUN_MS = 60_000;
/** In life two minutes: longer than a run, and than any command waits for Redis. */
const FULL_REAL_MS = 6_000;
/** What a caller may be made to wait for the word that it has to come again. */
const RESPONSE_TIMEOUT_MS = 7_000;
const POLL_OPTIONS = { timeout: 60_000, interval: 50 };

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: { readonly code?: string; readonly detail?: string; readonly reasons?: readonly string[] };
}

/** The three processes of production, and a caller of their API. */
async function startAll(system: TestSystem) {
  const port = await freePort();
  const processes = [
    system.fleet.start('api', { PORT: String(port) }),
    system.fleet.start('dispatcher'),
    system.fleet.start('reconciler'),
  ];
  const ended: string[] = [];
  for (const each of processes) void each.exited.then(() => ended.push(each.app));
  const ask = async (path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
    });
    const { status, headers } = answer;
    return { status, retryAfter: headers.get('retry-after'), body: (await answer.json()) as Answer['body'] };
  };
  const getStatus = (path: string): Promise<number> =>
    ask(path).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(() => getStatus('/readyz'), POLL_OPTIONS).toBe(200);
  let callers = 0;
  const enqueue = (): Promise<Answer> => {
    callers += 1;
    return ask('/api/trainings', {
      kind: 'actor',
      subject_id: `late${callers}`,
      images: ['s3://local/images/a.png'],
    });
  };
  return { ask, enqueue, ended };
}

/** How Redis comes to take no more writes, and to take them again. */
interface Outage {
  begin(): Promise<void>;
  /** Called again and again while it lasts. */
  repeat?(): Promise<void>;
  end(): Promise<void>;
}

/** Plays a trouble while two trainings run and one waits. @returns how callers were refused meanwhile, and whether the API said that it was ready */
async function runThroughOutage(system: TestSystem, { begin, repeat, end }: Outage) {
  const { ask, enqueue, ended } = await startAll(system);
  const trainings = await Promise.all([
    system.acceptTraining(),
    system.acceptTraining(),
    system.acceptTraining(),
  ]);
  await expect.poll(() => system.history().live(), POLL_OPTIONS).toBe(2);
  await begin();
  const until = performance.now() + FULL_REAL_MS;
  const answers: Answer[] = [];
  while (performance.now() < until || system.history().live() > 0) {
    answers.push(await enqueue());
    expect((await ask('/livez')).status).toBe(200);
    await repeat?.();
    await sleep(100);
  }
  expect(system.history().jobs()).toHaveLength(2);
  const ready = await ask('/readyz');
  await end();
  await expect.poll(async () => (await enqueue()).status, POLL_OPTIONS).toBe(202);

  const accepted = trainings.length + answers.filter(({ status }) => status === 202).length + 1;
  await expect.poll(() => system.fleet.deps.store.count('completed'), POLL_OPTIONS).toBe(accepted);
  for (const each of trainings) expect((await system.load(each)).status).toBe('completed');
  expect(system.history().jobs()).toHaveLength(accepted);
  expect(system.history().maxLive()).toBe(2);
  expect(system.history().doubleAcceptances()).toEqual([]);
  expect(await system.fleet.deps.store.listActiveAttempts()).toEqual([]);
  // The chores go on, too.
  await expect
    .poll(async () => (await system.fleet.deps.store.getCounts()).pendingBackups, POLL_OPTIONS)
    .toBe(0);
  expect(ended).toEqual([]);
  return { refused: answers.filter(({ status }) => status !== 202), ready };
}

async function openOnSmallDisk(appendfsync: string): Promise<readonly [TestSystem, SmallDisk]> {
  const disk = await mountSmallDisk();
  onTestFinished(disk.close);
  const system = await openTestSystem(
    { timeFactor: TIME_FACTOR, runMs: RUN_MS },
    { dir: disk.dir, appendfsync },
  );
  onTestFinished(system.close);
  return [system, disk];
}

function hasExited(pid: number): boolean {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
}

it.skipIf(!canMount)(
  'Redis dying of a full disk at each write: no 202 is lost, runs end meanwhile, and all go on when there is room',
  async () => {
    const [scene, disk] = await openOnSmallDisk('always');
    let deaths = 0;
    const { refused } = await runThroughOutage(scene, {
      begin: disk.fill,
      // As a supervisor does; it may well die again before it is heard.
      repeat: async () => {
        if (!hasExited(scene.redis.pid)) return;
        deaths += 1;
        await scene.redis.restart().catch(() => undefined);
      },
      end: async () => {
        await disk.freeSpace();
        if (hasExited(scene.redis.pid)) await scene.redis.restart();
      },
    });
    expect(deaths).toBeGreaterThan(1);
    expect(refused.length).toBeGreaterThan(1);
    for (const each of refused)
      expect(each).toMatchObject({ status: 503, retryAfter: '2', body: { code: 'redis_unavailable' } });
  },
);

it.skipIf(!canMount)(
  'Redis that answers MISCONF on a full disk: no 202 is lost, runs end meanwhile, and all go on when there is room',
  async () => {
    const [scene, disk] = await openOnSmallDisk('everysec');
    const { refused, ready } = await runThroughOutage(scene, { begin: disk.fill, end: disk.freeSpace });
    expect(refused.length).toBeGreaterThan(1);
    expect(ready).toMatchObject({ status: 503, body: { reasons: ['Redis cannot write to its disk'] } });
    expect(refused.at(-1)?.body.detail).toContain('Redis cannot write to its disk');
    for (const each of refused)
      expect(each).toMatchObject({ status: 503, retryAfter: '2', body: { code: 'redis_unavailable' } });
  },
);

it('Redis beyond its memory: no 202 is lost, runs end meanwhile, and all go on when there is more', async () => {
  const scene = await openTestSystem({ timeFactor: TIME_FACTOR, runMs: RUN_MS });
  onTestFinished(scene.close);
  const limit = async (maxmemory: number): Promise<void> => {
    const redis = new Redis(scene.redis.url);
    await redis.config('SET', 'maxmemory', maxmemory);
    await redis.quit();
  };
  const { refused } = await runThroughOutage(scene, { begin: () => limit(1_000_000), end: () => limit(0) });
  expect(refused.length).toBeGreaterThan(1);
  for (const each of refused)
    expect(each).toMatchObject({ status: 503, retryAfter: '60', body: { code: 'storage_full' } });
});

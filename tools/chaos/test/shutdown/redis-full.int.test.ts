import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@trainyard/testing/redis';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import { canMount, mountSmallDisk, type SmallDisk } from './small-disk.ts';
import { openTestSystem, type TestSystem } from './test-system.ts';

const TIME_FACTOR = 20;
const RUN_MS = 60_000;
/** Two minutes of scaled time: longer than a run and longer than the timeout of a command to Redis. */
const FULL_REAL_MS = 6_000;
/** Upper bound for a response with 503. */
const RESPONSE_TIMEOUT_MS = 7_000;
const POLL_OPTIONS = { timeout: 60_000, interval: 50 };

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: { readonly code?: string; readonly detail?: string; readonly reasons?: readonly string[] };
}

/** Starts API, dispatcher and reconciler, and returns functions that call the API. */
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
      trigger: 'ohwx',
      images: ['s3://local/images/a.png'],
    });
  };
  return { ask, enqueue, ended };
}

/** Start and end of a fault that makes Redis refuse writes. */
interface Outage {
  begin(): Promise<void>;
  /** Called every 100 ms during the fault. */
  repeat?(): Promise<void>;
  /** Whether the fault has lasted long enough; a slow machine needs more time for it and for two refused requests. */
  isComplete?(): boolean;
  end(): Promise<void>;
}

/** Applies a fault while two trainings run and a third is queued. Returns the refused responses and the last `/readyz`. */
async function runThroughOutage(system: TestSystem, { begin, repeat, isComplete, end }: Outage) {
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
  const listRefused = () => answers.filter(({ status }) => status !== 202);
  const isOver = (): boolean =>
    performance.now() >= until && listRefused().length > 1 && (isComplete?.() ?? true);
  while (!isOver() || system.history().live() > 0) {
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
  // The maintenance tasks continue as well.
  await expect
    .poll(async () => (await system.fleet.deps.store.getCounts()).pendingBackups, POLL_OPTIONS)
    .toBe(0);
  expect(ended).toEqual([]);
  return { refused: listRefused(), ready };
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
  'keeps every accepted training and resumes when a full disk made Redis exit at each write',
  async () => {
    const [system, disk] = await openOnSmallDisk('always');
    let deaths = 0;
    const { refused } = await runThroughOutage(system, {
      begin: disk.fill,
      // Restarts Redis as a supervisor does; it can exit again before it answers.
      repeat: async () => {
        if (!hasExited(system.redis.pid)) return;
        deaths += 1;
        await system.redis.restart().catch(() => undefined);
      },
      isComplete: () => deaths > 1,
      end: async () => {
        await disk.freeSpace();
        if (hasExited(system.redis.pid)) await system.redis.restart();
      },
    });
    expect(deaths).toBeGreaterThan(1);
    expect(refused.length).toBeGreaterThan(1);
    for (const each of refused)
      expect(each).toMatchObject({ status: 503, retryAfter: '2', body: { code: 'redis_unavailable' } });
  },
);

it.skipIf(!canMount)(
  'keeps every accepted training and resumes when Redis answered MISCONF on a full disk',
  async () => {
    const [system, disk] = await openOnSmallDisk('everysec');
    const { refused, ready } = await runThroughOutage(system, { begin: disk.fill, end: disk.freeSpace });
    expect(refused.length).toBeGreaterThan(1);
    expect(ready).toMatchObject({ status: 503, body: { reasons: ['Redis cannot write to its disk'] } });
    expect(refused.at(-1)?.body.detail).toContain('Redis cannot write to its disk');
    for (const each of refused)
      expect(each).toMatchObject({ status: 503, retryAfter: '2', body: { code: 'redis_unavailable' } });
  },
);

it('keeps every accepted training and resumes when Redis exceeded its maxmemory', async () => {
  const system = await openTestSystem({ timeFactor: TIME_FACTOR, runMs: RUN_MS });
  onTestFinished(system.close);
  const limit = async (maxmemory: number): Promise<void> => {
    const redis = new Redis(system.redis.url);
    await redis.config('SET', 'maxmemory', maxmemory);
    await redis.quit();
  };
  const { refused } = await runThroughOutage(system, { begin: () => limit(1_000_000), end: () => limit(0) });
  expect(refused.length).toBeGreaterThan(1);
  for (const each of refused)
    expect(each).toMatchObject({ status: 503, retryAfter: '60', body: { code: 'storage_full' } });
});

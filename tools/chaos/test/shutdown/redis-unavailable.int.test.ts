import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@trainyard/testing/redis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

const TIME_FACTOR = 20;
const RUN_MS = 60_000;
/** More than two minutes of scaled time, and longer than the timeout of a command to Redis. */
const DOWN_REAL_MS = 8_000;
/** Upper bound for a response with 503. */
const RESPONSE_TIMEOUT_MS = 7_000;

let system: TestSystem;
beforeEach(async () => {
  system = await openTestSystem({ timeFactor: TIME_FACTOR, runMs: RUN_MS });
});
afterEach(() => system.close());

const POLL_OPTIONS = { timeout: 60_000, interval: 50 };

it('answers 503 within 7 s while Redis is down, and all trainings complete after Redis restarts on its files', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const processes = [
    system.fleet.start('api', { PORT: String(port) }),
    system.fleet.start('dispatcher'),
    system.fleet.start('reconciler'),
  ];
  let ended = 0;
  for (const each of processes) void each.exited.then(() => (ended += 1));
  const ask = async (path: string, body?: object) => {
    const answer = await fetch(`${url}${path}`, {
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
    });
    return answer.status;
  };
  const request = { kind: 'actor', subject_id: 'late', trigger: 'ohwx', images: ['s3://local/images/a.png'] };
  await expect.poll(() => ask('/livez').catch(() => 0), POLL_OPTIONS).toBe(200);
  const trainings = [
    await system.acceptTraining(),
    await system.acceptTraining(),
    await system.acceptTraining(),
  ];
  await expect.poll(() => system.history().live(), POLL_OPTIONS).toBe(2);

  process.kill(system.redis.pid, 'SIGKILL');
  const backAt = performance.now() + DOWN_REAL_MS;
  await sleep(100);
  expect([await ask('/api/trainings', request), await ask('/api/slots'), await ask('/readyz')]).toEqual([
    503, 503, 503,
  ]);
  expect(await ask('/livez')).toBe(200);
  await expect.poll(() => system.history().live(), POLL_OPTIONS).toBe(0);
  await sleep(Math.max(0, backAt - performance.now()));
  expect(await ask('/api/trainings', request)).toBe(503);
  await system.redis.restart();

  await expect.poll(() => ask('/api/trainings', request).catch(() => 0), POLL_OPTIONS).toBe(202);
  for (const training of trainings) await system.waitForStatus(training, 'completed');
  await expect.poll(() => system.fleet.deps.store.count('completed'), POLL_OPTIONS).toBe(4);
  expect(system.history().jobs()).toHaveLength(4);
  expect(system.history().maxLive()).toBe(2);
  expect(system.history().doubleAcceptances()).toEqual([]);
  expect(await system.fleet.deps.store.listActiveAttempts()).toEqual([]);
  expect(ended).toBe(0);
});

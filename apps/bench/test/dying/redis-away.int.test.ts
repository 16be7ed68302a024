import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort } from '../../src/index.ts';
import { openScene, type Scene } from './scene.ts';

const TIME_FACTOR = 20;
const RUN_MS = 60_000;
/** In life more than two minutes, really longer than any command waits for Redis. */
const AWAY_REAL_MS = 8_000;
/** What a caller may be made to wait for the word that it has to come again. */
const SOON_MS = 7_000;

let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ timeFactor: TIME_FACTOR, runMs: RUN_MS });
});
afterEach(() => scene.close());

const PATIENCE = { timeout: 60_000, interval: 50 };

it('Redis gone while trainings run and wait: the API says 503 soon, runs end meanwhile, and all go on by themselves on its files', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const processes = [
    scene.fleet.start('api', { PORT: String(port) }),
    scene.fleet.start('dispatcher'),
    scene.fleet.start('reconciler'),
  ];
  let ended = 0;
  for (const each of processes) void each.ended.then(() => (ended += 1));
  const ask = async (path: string, body?: object) => {
    const answer = await fetch(`${url}${path}`, {
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      signal: AbortSignal.timeout(SOON_MS),
    });
    return answer.status;
  };
  const request = { kind: 'actor', subject_id: 'late', images: ['s3://local/images/a.png'] };
  await expect.poll(() => ask('/livez').catch(() => 0), PATIENCE).toBe(200);
  const trainings = [await scene.train(), await scene.train(), await scene.train()];
  await expect.poll(() => scene.history().live(), PATIENCE).toBe(2);

  process.kill(scene.redis.pid, 'SIGKILL');
  const backAt = performance.now() + AWAY_REAL_MS;
  await sleep(100);
  expect([await ask('/api/trainings', request), await ask('/api/slots'), await ask('/readyz')]).toEqual([
    503, 503, 503,
  ]);
  expect(await ask('/livez')).toBe(200);
  await expect.poll(() => scene.history().live(), PATIENCE).toBe(0);
  await sleep(Math.max(0, backAt - performance.now()));
  expect(await ask('/api/trainings', request)).toBe(503);
  await scene.redis.restart();

  await expect.poll(() => ask('/api/trainings', request).catch(() => 0), PATIENCE).toBe(202);
  for (const training of trainings) await scene.until(training, 'completed');
  await expect.poll(() => scene.fleet.deps.store.count('completed'), PATIENCE).toBe(4);
  expect(scene.history().jobs()).toHaveLength(4);
  expect(scene.history().maxLive()).toBe(2);
  expect(scene.history().doubleAcceptances()).toEqual([]);
  expect(await scene.fleet.deps.store.listActiveAttempts()).toEqual([]);
  expect(ended).toBe(0);
});

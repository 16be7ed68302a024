import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDispatcher } from '@trainyard/dispatcher';
import { startReconciler } from '@trainyard/reconciler';
import { createSimulator } from '@trainyard/runpod-simulator';
import { openObjectStore } from '@trainyard/storage';
import { onTestFinished } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

/** Slow enough that a call has half a second: beyond that, a busy machine would make submissions unclear. */
const FACTOR = 60;

/** The whole system in one process against the simulator, sixty times faster than life. */
export async function openFullSystem(env: Readonly<Record<string, string>> = {}): Promise<TestSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-api-road-'));
  const store = await openObjectStore(`file:${folder}`);
  const simulator = createSimulator({
    store,
    apiKeys: ['runpod-key-of-the-tests'],
    timeScale: 1 / FACTOR,
    coldStartMs: 5_000,
    pace: { durationMs: 60_000 },
    pictures: false,
  });
  const baseUrl = await simulator.listen();
  let publicUrl = 'http://127.0.0.1:9';
  const system = await openTestSystem({
    folder,
    publicUrl: () => publicUrl,
    env: {
      RUNPOD_ENDPOINT_BASE_URL: baseUrl,
      TIME_FACTOR: String(FACTOR),
      TIME_ANCHOR_MS: String(Date.now()),
      GPU_TYPE: 'A100',
      ...env,
    },
  });
  publicUrl = await system.webhooks.listen({ host: '127.0.0.1', port: 0 });
  const parts = { deps: system.deps, redis: system.open.redis };
  const workers = await Promise.all([startDispatcher(parts), startReconciler(parts)]);
  onTestFinished(async () => {
    await Promise.all(workers.map((each) => each.close()));
    await simulator.close();
    await store.close();
  });
  return system;
}

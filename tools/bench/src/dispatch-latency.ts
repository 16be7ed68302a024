import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@trainyard/cli';
import { createLog, type OpenDeps, openDeps, readSettings } from '@trainyard/runtime';
import { measureDispatchLatency } from './measure-dispatch-latency.ts';
import { formatRow, HEADING } from './quantiles.ts';

/** The tick alone is slow by nature: a few rounds tell. */
const ROUNDS = 300;
const ROUNDS_BY_TICK = 12;

/**
 * Compares, in one run, a dispatcher that events wake with one that only its tick wakes. The endpoint takes no time;
 * what is measured is ours: the queue's part (until the next is taken) and the whole (until it is submitted, its data
 * looked at and its version written).
 */
export async function benchmarkDispatchLatency(print: (line: string) => void): Promise<void> {
  const onEvents = await withDeps((open) =>
    measureDispatchLatency(open, { rounds: ROUNDS, wakeOnEvents: true }),
  );
  const onTick = await withDeps((open) =>
    measureDispatchLatency(open, { rounds: ROUNDS_BY_TICK, wakeOnEvents: false }),
  );
  print(HEADING);
  print(formatRow('slot freed → next taken, woken by events', onEvents.claimed));
  print(formatRow('slot freed → next submitted, woken by events', onEvents.submitted));
  print(formatRow('slot freed → next taken, by the tick alone', onTick.claimed));
  print(formatRow('slot freed → next submitted, by the tick alone', onTick.submitted));
  print(`ratio of the medians, tick / events: ${(onTick.claimed.p50 / onEvents.claimed.p50).toFixed(1)}`);
}

async function withDeps<T>(use: (open: OpenDeps) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-bench-'));
  const redis = await startRedis(join(dir, 'redis'));
  try {
    const settings = readSettings({
      REDIS_URL: redis.url,
      OBJECT_STORE_URL: `file:${join(dir, 'store')}`,
      MODEL_TRAINING_RUNPOD_API_KEY: 'none',
      MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'bench',
    });
    const open = await openDeps(settings, { log: createLog({ name: 'bench', level: 'silent' }) });
    await open.deps.objects.put('images/a.png', new Uint8Array(4_000));
    return await use(open).finally(open.close);
  } finally {
    await redis.close();
    await rm(dir, { recursive: true, force: true });
  }
}

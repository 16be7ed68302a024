import { setTimeout as sleep } from 'node:timers/promises';
import { recover } from '@trainyard/application';
import type { Yard } from '../yard/yard.ts';
import { type Inject, lasting, pickOf } from './scene.ts';

const RECOVER_AGAIN_MS = 50;

/** Redis dies as in a power cut and comes back on its files. */
export const killRedis: Inject = async (scene) => {
  const { redis } = scene.yard;
  await redis.kill();
  await lasting(scene);
  await redis.revive();
  return {};
};

/** Redis answers nobody for a while. */
export const cutRedisOff: Inject = async (scene) => {
  const { redis } = scene.yard;
  redis.freeze();
  await lasting(scene);
  redis.thaw();
  return {};
};

/** No process of ours reaches the object store; the container still does. */
export const takeStoreDown: Inject = async (scene) => {
  for (const each of scene.yard.members) each.see({ storeDown: true });
  await lasting(scene);
  for (const each of scene.yard.members) each.see({ storeDown: false });
  return {};
};

/** The clock of one process jumps, forwards or backwards, and stays wrong. */
export const jumpClock: Inject = async (scene) => {
  const { yard, injection } = scene;
  const victim = pickOf(scene, yard.members);
  const forwards = Math.floor(injection.pick * 1_000) % 2 === 0;
  // A clock tells whole milliseconds: with a fraction a process would not even start.
  const byMs = Math.round(yard.deps.clock.realMs(injection.forMs));
  const clockOffsetMs = forwards ? byMs : -byMs;
  victim?.see({ clockOffsetMs });
  return victim && {};
};

/** An operator tries until it is done; `recover` may be run again. Opening the record gives it its first bound. */
const recoverAtLast = async ({ onSite }: Yard): Promise<void> => {
  for (;;) {
    const done = await onSite((deps) => recover(deps)).catch(() => undefined);
    if (done?.opened) return;
    await sleep(RECOVER_AGAIN_MS);
  }
};

/** Redis loses all that it holds, with runs live and work queued; then an operator recovers. */
export const loseRedis: Inject = async (scene) => {
  const { yard, diary } = scene;
  diary.unkeptAtLoss.push(...(await yard.tail.flush()));
  const askedAt = Date.now();
  diary.flushedAt.push(askedAt);
  await lasting(scene);
  await recoverAtLast(yard);
  const { maxConcurrency } = await yard.deps.store.getControl();
  diary.bounds.push({ bound: maxConcurrency, askedAt, answeredAt: Date.now() });
  return {};
};

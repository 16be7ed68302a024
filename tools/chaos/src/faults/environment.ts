import { setTimeout as sleep } from 'node:timers/promises';
import { recover } from '@trainyard/application';
import type { ChaosCluster } from '../cluster/cluster.ts';
import { type Injector, pickTarget, waitFaultDuration } from '../injection/context.ts';

const RECOVER_RETRY_MS = 50;

/** Redis dies as in a power cut and comes back on its files. */
export const killRedis: Injector = async (context) => {
  const { redis } = context.cluster;
  await redis.kill();
  await waitFaultDuration(context);
  await redis.restart();
  return {};
};

/** Redis answers nobody for a while. */
export const freezeRedis: Injector = async (context) => {
  const { redis } = context.cluster;
  redis.freeze();
  await waitFaultDuration(context);
  redis.thaw();
  return {};
};

/** No process of ours reaches the object store; the container still does. */
export const disableStore: Injector = async (context) => {
  for (const each of context.cluster.processes) each.applyFaultSettings({ storeDown: true });
  await waitFaultDuration(context);
  for (const each of context.cluster.processes) each.applyFaultSettings({ storeDown: false });
  return {};
};

/** The clock of one process jumps, forwards or backwards, and stays wrong. */
export const jumpClock: Injector = async (context) => {
  const { cluster, injection } = context;
  const victim = pickTarget(context, cluster.processes);
  const forwards = Math.floor(injection.pick * 1_000) % 2 === 0;
  // A clock tells whole milliseconds: with a fraction a process would not even start.
  const byMs = Math.round(cluster.deps.clock.realMs(injection.forMs));
  const clockOffsetMs = forwards ? byMs : -byMs;
  victim?.applyFaultSettings({ clockOffsetMs });
  return victim && {};
};

/** An operator tries until it is done; `recover` may be run again. Opening the record gives it its first bound. */
async function recoverWithRetry({ withOwnDeps }: ChaosCluster): Promise<void> {
  for (;;) {
    const done = await withOwnDeps((deps) => recover(deps)).catch(() => undefined);
    if (done?.opened) return;
    await sleep(RECOVER_RETRY_MS);
  }
}

/** Redis loses all that it holds, with runs live and work queued; then an operator recovers. */
export const loseRedis: Injector = async (context) => {
  const { cluster, eventLog } = context;
  eventLog.notBackedUpAtLoss.push(...(await cluster.eventTail.flushRedis()));
  const requestedAt = Date.now();
  eventLog.flushedAt.push(requestedAt);
  await waitFaultDuration(context);
  await recoverWithRetry(cluster);
  const { maxConcurrency } = await cluster.deps.store.getControl();
  eventLog.limitChanges.push({ limit: maxConcurrency, requestedAt, answeredAt: Date.now() });
  return {};
};

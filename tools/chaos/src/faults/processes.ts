import { setTimeout as sleep } from 'node:timers/promises';
import { recover } from '@trainyard/application';
import type { ChaosCluster } from '../cluster/cluster.ts';
import type { SupervisedProcess } from '../cluster/supervised-process.ts';
import { type Injector, listProcesses, pickTarget, waitFaultDuration } from '../injection/context.ts';

/** Ends one process of an app at no chosen point; another follows later. */
export function killOne(app: SupervisedProcess['app']): Injector {
  return async (context) => {
    const processes = listProcesses(context, app);
    const victim = pickTarget(context, processes);
    await victim?.kill();
    await waitFaultDuration(context);
    victim?.restart();
    return victim && { peersLive: processes.length > 1 };
  };
}

/** Stops one process of an app as a paused machine would. */
export function freezeOne(app: SupervisedProcess['app']): Injector {
  return async (context) => {
    const victim = pickTarget(context, listProcesses(context, app));
    victim?.freeze();
    await waitFaultDuration(context);
    victim?.thaw();
    return victim && {};
  };
}

/** Nobody looks at any run until the provider has forgotten how it ended. */
export const freezeReconcilers: Injector = async (context) => {
  const reconcilers = listProcesses(context, 'reconciler');
  for (const each of reconcilers) each.freeze();
  await waitFaultDuration(context);
  for (const each of reconcilers) each.thaw();
  return {};
};

const RECOVER_RETRY_MS = 50;

/** Redis dies as in a power cut and comes back on its files. */
export const killRedis: Injector = async (context) => {
  const { redis } = context.cluster;
  await redis.kill();
  await waitFaultDuration(context);
  await redis.start();
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

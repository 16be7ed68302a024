import { setTimeout as sleep } from 'node:timers/promises';
import { recover } from '@trainyard/application';
import type { ChaosCluster } from '../cluster/cluster.ts';
import type { SupervisedProcess } from '../cluster/supervised-process.ts';
import { type Injector, listProcesses, pickTarget, waitFaultDuration } from '../injection/context.ts';

/** Kills a process of an app at a random point and restarts it after the duration of the fault. */
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

/** Freezes a process of an app with SIGSTOP, as a paused machine does. */
export function freezeOne(app: SupervisedProcess['app']): Injector {
  return async (context) => {
    const victim = pickTarget(context, listProcesses(context, app));
    victim?.freeze();
    await waitFaultDuration(context);
    victim?.thaw();
    return victim && {};
  };
}

/** Freezes all reconcilers until the provider has dropped the results of ended runs. */
export const freezeReconcilers: Injector = async (context) => {
  const reconcilers = listProcesses(context, 'reconciler');
  for (const each of reconcilers) each.freeze();
  await waitFaultDuration(context);
  for (const each of reconcilers) each.thaw();
  return {};
};

const RECOVER_RETRY_MS = 50;

/** Kills the single Redis, as a power cut does, and restarts it on its files. */
export const killRedis: Injector = async (context) => {
  const { stateStore } = context.cluster;
  if (stateStore.kind !== 'single_redis') return undefined;
  await stateStore.redis.kill();
  await waitFaultDuration(context);
  await stateStore.redis.start();
  return {};
};

/** Freezes the single Redis with SIGSTOP. */
export const freezeRedis: Injector = async (context) => {
  const { stateStore } = context.cluster;
  if (stateStore.kind !== 'single_redis') return undefined;
  stateStore.redis.freeze();
  await waitFaultDuration(context);
  stateStore.redis.thaw();
  return {};
};

/** Makes the object store unavailable to all processes of Trainyard; the container still reaches it. */
export const disableStore: Injector = async (context) => {
  for (const each of context.cluster.processes) each.applyFaultSettings({ storeDown: true });
  await waitFaultDuration(context);
  for (const each of context.cluster.processes) each.applyFaultSettings({ storeDown: false });
  return {};
};

/** Shifts the clock of a process forwards or backwards for the rest of the seed. */
export const jumpClock: Injector = async (context) => {
  const { cluster, injection } = context;
  const victim = pickTarget(context, cluster.processes);
  const forwards = Math.floor(injection.pick * 1_000) % 2 === 0;
  // An offset with a fraction of a millisecond keeps a process from starting.
  const byMs = Math.round(cluster.deps.clock.realMs(injection.forMs));
  const clockOffsetMs = forwards ? byMs : -byMs;
  victim?.applyFaultSettings({ clockOffsetMs });
  return victim && {};
};

/** Repeats `recover` until it succeeds, as an operator does. Opening the state store initializes the concurrency limit. */
async function recoverWithRetry({ withOwnDeps }: ChaosCluster): Promise<void> {
  for (;;) {
    const done = await withOwnDeps((deps) => recover(deps)).catch(() => undefined);
    if (done?.opened) return;
    await sleep(RECOVER_RETRY_MS);
  }
}

/** Deletes all data of Redis while runs are live and trainings are queued; then an operator runs `recover`. */
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

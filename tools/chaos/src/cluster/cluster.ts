import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '@trainyard/application';
import type { RedisTarget } from '@trainyard/redis';
import { type CloseStack, createLog, openAll, openDeps, readSettings } from '@trainyard/runtime';
import {
  type App,
  createSimulatorControl,
  type FleetPlan,
  type SimulatorControl,
  toProcessSettings,
  toSimulatorSettings,
  waitUntilListening,
} from '@trainyard/testing/fleet';
import {
  freePort,
  startTestRedis,
  startTestSentinelGroup,
  type TestRedis,
  type TestSentinelGroup,
} from '@trainyard/testing/redis';
import { type EventTail, openEventTail, openProviderTail, type ProviderTail } from '../evidence/tails.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import type { AppMains } from './bundle.ts';
import { type SupervisedProcess, startSupervisedProcess } from './supervised-process.ts';

/** Trainyard in processes as in production, with control over each of them, Redis and the simulator. */
export interface ChaosCluster {
  /** State store and object store of the runner itself. */
  readonly deps: Deps;
  readonly eventTail: EventTail;
  readonly api: ApiClient;
  readonly stateStore: StateStore;
  readonly simulator: SimulatorControl;
  readonly provider: ProviderTail;
  /** All processes of Trainyard; the simulator is not included. */
  readonly processes: readonly SupervisedProcess[];
  /** Waits for a scaled duration. Returns early when the signal is aborted. */
  wait(scaledMs: number, signal?: AbortSignal): Promise<void>;
  /** Calls `act` with newly opened stores, as a CLI command of an operator has, and closes them afterwards. */
  withOwnDeps<T>(act: (deps: Deps) => Promise<T>): Promise<T>;
  /** Unfinished jobs of the queue of trainings by state. */
  countUnfinishedJobs(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** The Redis servers of the state store. */
type StateStore =
  | { readonly kind: 'single_redis'; readonly redis: TestRedis }
  | { readonly kind: 'sentinel'; readonly group: TestSentinelGroup };

/** Options of {@link openChaosCluster}. */
export interface ChaosClusterPlan {
  /** An empty folder of the cluster; it contains the logs afterwards. */
  readonly dir: string;
  readonly timeFactor: number;
  readonly maxConcurrency: number;
  readonly mains: AppMains;
  /** Uses a Sentinel group instead of a single Redis. */
  readonly sentinel?: boolean;
  /** Duration of the longest run. Scaled ms. */
  readonly longestRunMs: number;
}

/** Webhook secret of every cluster; the forgery of webhooks needs it for valid tokens. */
export const WEBHOOK_SECRET = 'the secret of a chaos run';
const PROCESSES: readonly (readonly [name: string, app: App])[] = [
  ['api', 'api'],
  ['dispatcher-1', 'dispatcher'],
  ['dispatcher-2', 'dispatcher'],
  ['reconciler-1', 'reconciler'],
  ['reconciler-2', 'reconciler'],
];

/** Starts Redis, the simulator and five processes. Ends the started parts when a later part throws. */
export function openChaosCluster(plan: ChaosClusterPlan): Promise<ChaosCluster> {
  return openAll(log, async (closeStack: CloseStack) => {
    const { register } = closeStack;
    const { dir, timeFactor } = plan;
    await mkdir(`${dir}/store`, { recursive: true });
    await writeFile(`${dir}/history.jsonl`, '');
    const stateStore = await startStateStore(closeStack, plan);
    const ports: Ports = { simulator: await freePort(), api: await freePort() };
    const { open, openOwn, processes } = await startProcesses(closeStack, plan, { stateStore, ports });
    const api = createApiClient(`http://127.0.0.1:${ports.api}`);
    await Promise.all([
      waitUntilListening(`http://127.0.0.1:${ports.simulator}/`),
      waitUntilListening(`${api.url}/livez`),
    ]);
    const [trainings] = open.queues();
    return {
      ...{ deps: open.deps, stateStore, api, processes },
      eventTail: register('tail', openEventTail(toRedisTarget(stateStore)), (each) => each.close()),
      simulator: createSimulatorControl(ports.simulator),
      provider: register('history', openProviderTail(`${dir}/history.jsonl`), (each) => each.close()),
      wait: createWait(timeFactor),
      withOwnDeps: async (act) => {
        const { deps, close } = await openOwn();
        return act(deps).finally(close);
      },
      countUnfinishedJobs: async () =>
        (await trainings?.getJobCounts('active', 'wait', 'prioritized', 'delayed')) ?? {},
    };
  });
}

const log = createLog({ name: 'chaos', level: 'silent' });

async function startStateStore(
  { register }: CloseStack,
  { dir, sentinel = false }: ChaosClusterPlan,
): Promise<StateStore> {
  if (sentinel) {
    const group = await startTestSentinelGroup(`${dir}/redis`);
    return { kind: 'sentinel', group: register('redis', group, (each) => each.close()) };
  }
  const redis = await startTestRedis({ dir: `${dir}/redis`, allowOpenConnections: true });
  return { kind: 'single_redis', redis: register('redis', redis, (each) => each.close()) };
}

function toRedisTarget(stateStore: StateStore): RedisTarget {
  return stateStore.kind === 'sentinel' ? stateStore.group.target : { redisUrl: stateStore.redis.url };
}

async function startProcesses(
  { register }: CloseStack,
  plan: ChaosClusterPlan,
  { stateStore, ports }: { readonly stateStore: StateStore; readonly ports: Ports },
) {
  const { dir, timeFactor, maxConcurrency, mains } = plan;
  const fleet: FleetPlan = {
    ...{ dir, timeFactor, maxConcurrency, redisUrl: toRedisTarget(stateStore).redisUrl },
    ...{ coldStartMs: 30_000, simulatorWorkers: 6, anchorMs: Date.now() },
  };
  const start = (name: string, app: App, env: Record<string, string>): SupervisedProcess =>
    register(name, startSupervisedProcess({ name, app, main: mains[app], dir, env }), (each) => each.close());
  start('simulator', 'runpod-simulator', toSimulatorSettings(fleet, ports.simulator));
  const redisSettings = stateStore.kind === 'sentinel' ? stateStore.group.settings : {};
  const env = { ...toSettings(fleet, ports), ...toTimeLimits(plan), ...redisSettings };
  const openOwn = () => openDeps(readSettings(env), { log });
  const open = register('deps', await openOwn(), (each) => each.close());
  return { open, openOwn, processes: PROCESSES.map(([name, app]) => start(name, app, env)) };
}

/** Limits that abandon a run without a training within a seed; the defaults of production are hours. */
function toTimeLimits({ longestRunMs }: ChaosClusterPlan): Record<string, string> {
  return {
    EXECUTION_TIMEOUT_SECONDS: String(Math.ceil(longestRunMs / 1_000) + 600),
    QUEUE_BUDGET_SECONDS: '900',
    MAX_ATTEMPTS: '4',
  };
}

function createWait(timeFactor: number): ChaosCluster['wait'] {
  return async (scaledMs, signal) => {
    await sleep(scaledMs / timeFactor, undefined, signal && { signal }).catch(() => undefined);
  };
}

interface Ports {
  readonly simulator: number;
  readonly api: number;
}

function toSettings(plan: FleetPlan, ports: Ports): Record<string, string> {
  return {
    ...toProcessSettings(plan, ports.simulator),
    PORT: String(ports.api),
    GATEWAY_BASE_URL: `http://127.0.0.1:${ports.api}`,
    WEBHOOK_SECRET,
  };
}

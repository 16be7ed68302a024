import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '@trainyard/application';
import { type CloseStack, createLog, openAll, openDeps, readSettings } from '@trainyard/runtime';
import {
  type App,
  createSimulatorControl,
  type FleetPlan,
  type SimulatorControl,
  toProcessSettings,
  toSimulatorSettings,
} from '@trainyard/testing/fleet';
import { freePort, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { type EventTail, openEventTail, openProviderTail, type ProviderTail } from '../evidence/tails.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import type { AppMains } from './bundle.ts';
import { type SupervisedProcess, startSupervisedProcess } from './supervised-process.ts';

/** Trainyard as in production, in processes of its own, with handles to harm each of them. */
export interface ChaosCluster {
  /** The runner's own ends of record and store. */
  readonly deps: Deps;
  readonly eventTail: EventTail;
  readonly api: ApiClient;
  readonly redis: TestRedis;
  readonly simulator: SimulatorControl;
  readonly provider: ProviderTail;
  /** Every process of ours, the simulator left out. */
  readonly processes: readonly SupervisedProcess[];
  /** Waits for a span of life; ends early when the signal comes. */
  wait(scaledMs: number, signal?: AbortSignal): Promise<void>;
  /** With ends of its own, opened for it, as a command of the operator has them. */
  withOwnDeps<T>(act: (deps: Deps) => Promise<T>): Promise<T>;
  countUnfinishedJobs(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

export interface ChaosClusterPlan {
  /** An empty folder of the chaos-cluster's own; logs stay there. */
  readonly dir: string;
  readonly timeFactor: number;
  readonly maxConcurrency: number;
  readonly mains: AppMains;
  /** How long the longest training takes in life. */
  readonly longestRunMs: number;
}

export const WEBHOOK_SECRET = 'the secret of a chaos run';
const PROCESSES: readonly (readonly [name: string, app: App])[] = [
  ['api', 'api'],
  ['dispatcher-1', 'dispatcher'],
  ['dispatcher-2', 'dispatcher'],
  ['reconciler-1', 'reconciler'],
  ['reconciler-2', 'reconciler'],
];
/** Starts all of it. What was started is ended again when a later part fails. */
export function openChaosCluster(plan: ChaosClusterPlan): Promise<ChaosCluster> {
  return openAll(createLog({ name: 'chaos-cluster', level: 'silent' }), async ({ register }: CloseStack) => {
    const { dir, timeFactor } = plan;
    await mkdir(`${dir}/store`, { recursive: true });
    await writeFile(`${dir}/history.jsonl`, '');
    const redis = register(
      'redis',
      await startTestRedis({ dir: `${dir}/redis`, allowOpenConnections: true }),
      (each) => each.close(),
    );
    const ports: Ports = { simulator: await freePort(), api: await freePort() };
    const fleet: FleetPlan = {
      ...{ dir, timeFactor, maxConcurrency: plan.maxConcurrency, redisUrl: redis.url },
      ...{ coldStartMs: 30_000, simulatorWorkers: 6, anchorMs: Date.now() },
    };
    const start = (name: string, app: App, env: Record<string, string>): SupervisedProcess =>
      register(name, startSupervisedProcess({ name, app, main: plan.mains[app], dir, env }), (each) =>
        each.close(),
      );
    start('simulator', 'runpod-simulator', toSimulatorSettings(fleet, ports.simulator));
    const env = { ...toSettings(fleet, ports), ...toTimeLimits(plan) };
    const log = createLog({ name: 'chaos', level: 'silent' });
    const openOwn = () => openDeps(readSettings(env), { log });
    const open = register('deps', await openOwn(), (each) => each.close());
    const processes = PROCESSES.map(([name, app]) => start(name, app, env));
    const api = createApiClient(`http://127.0.0.1:${ports.api}`);
    await Promise.all([
      waitUntilListening(`http://127.0.0.1:${ports.simulator}/`),
      waitUntilListening(`${api.url}/livez`),
    ]);
    const [trainings] = open.queues();
    return {
      ...{ deps: open.deps, redis, api, processes },
      eventTail: register('tail', openEventTail(redis.url), (each) => each.close()),
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

/** Short enough for a run that nobody knows any more to be given up within a seed; in life it is hours. */
function toTimeLimits({ longestRunMs }: ChaosClusterPlan): Record<string, string> {
  return {
    EXECUTION_TIMEOUT_SECONDS: String(Math.ceil(longestRunMs / 1_000) + 600),
    QUEUE_BUDGET_SECONDS: '900',
    MAX_ATTEMPTS: '4',
  };
}

const LISTEN_TIMEOUT_MS = 60_000;

async function waitUntilListening(url: string): Promise<void> {
  const deadline = performance.now() + LISTEN_TIMEOUT_MS;
  while (!(await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined))) {
    if (performance.now() > deadline) throw new Error(`nobody listens at ${url} after a minute`);
    await sleep(20);
  }
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

import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '@trainyard/application';
import { type CloseStack, createLog, openAll, openDeps, readSettings } from '@trainyard/runtime';
import type { App } from '../../fleet/process.ts';
import { type FleetPlan, freePort, settingsOf, standInSettings } from '../../fleet/settings.ts';
import { createStandInControl, type StandInControl } from '../../fleet/stand-in.ts';
import { openProviderTail, type ProviderTail } from '../record/provider-tail.ts';
import { openRecordTail, type RecordTail } from '../record/tail.ts';
import type { Mains } from './bundled.ts';
import { type Member, startMember } from './member.ts';
import { createPublicApi, type PublicApi } from './public.ts';
import { type RedisServer, startRedisServer } from './redis-server.ts';

/** Trainyard as in production, in processes of its own, with handles to harm each of them. */
export interface Yard {
  /** The runner's own ends of record and store. */
  readonly deps: Deps;
  readonly tail: RecordTail;
  readonly api: PublicApi;
  readonly redis: RedisServer;
  readonly standIn: StandInControl;
  readonly provider: ProviderTail;
  /** Every process of ours, the stand-in left out. */
  readonly members: readonly Member[];
  /** Waits for a span of life; ends early when the signal comes. */
  wait(lifeMs: number, signal?: AbortSignal): Promise<void>;
  /** With ends of its own, opened for it, as a command of the operator has them. */
  onSite<T>(act: (deps: Deps) => Promise<T>): Promise<T>;
  unfinishedJobs(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

export interface YardPlan {
  /** An empty folder of the yard's own; logs stay there. */
  readonly dir: string;
  readonly timeFactor: number;
  readonly bound: number;
  readonly mains: Mains;
  /** How long the longest training takes in life. */
  readonly longestRunMs: number;
}

export const WEBHOOK_SECRET = 'the secret of a chaos run';
const OWN_APPS: readonly (readonly [name: string, app: App])[] = [
  ['api', 'api'],
  ['dispatcher-1', 'dispatcher'],
  ['dispatcher-2', 'dispatcher'],
  ['reconciler-1', 'reconciler'],
  ['reconciler-2', 'reconciler'],
];
/** Short enough for a run that nobody knows any more to be given up within a seed; in life it is hours. */
const limitsOf = ({ longestRunMs }: YardPlan): Record<string, string> => ({
  EXECUTION_TIMEOUT_SECONDS: String(Math.ceil(longestRunMs / 1_000) + 600),
  QUEUE_BUDGET_SECONDS: '900',
  MAX_ATTEMPTS: '4',
});

const LISTENS_WITHIN_MS = 60_000;

const untilListening = async (url: string): Promise<void> => {
  const givenUpAt = performance.now() + LISTENS_WITHIN_MS;
  while (!(await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined))) {
    if (performance.now() > givenUpAt) throw new Error(`nobody listens at ${url} after a minute`);
    await sleep(20);
  }
};

const createWait =
  (timeFactor: number): Yard['wait'] =>
  async (lifeMs, signal) => {
    await sleep(lifeMs / timeFactor, undefined, signal && { signal }).catch(() => undefined);
  };

interface Ports {
  readonly standIn: number;
  readonly api: number;
}

const ownSettings = (plan: FleetPlan, ports: Ports): Record<string, string> => ({
  ...settingsOf(plan, ports.standIn),
  PORT: String(ports.api),
  GATEWAY_BASE_URL: `http://127.0.0.1:${ports.api}`,
  WEBHOOK_SECRET,
});

/** Starts all of it. What was started is ended again when a later part fails. */
export const openYard = (plan: YardPlan): Promise<Yard> =>
  openAll(createLog({ name: 'yard', level: 'silent' }), async ({ register }: CloseStack) => {
    const { dir, timeFactor } = plan;
    await mkdir(`${dir}/store`, { recursive: true });
    await writeFile(`${dir}/history.jsonl`, '');
    const redis = register('redis', await startRedisServer(`${dir}/redis`), (each) => each.close());
    const ports: Ports = { standIn: await freePort(), api: await freePort() };
    const fleet: FleetPlan = {
      ...{ dir, timeFactor, bound: plan.bound, redisUrl: redis.url },
      ...{ coldStartMs: 30_000, standInWorkers: 6, anchorMs: Date.now() },
    };
    const start = (name: string, app: App, env: Record<string, string>): Member =>
      register(name, startMember({ name, app, main: plan.mains[app], dir, env }), (each) => each.close());
    start('stand-in', 'runpod-stand-in', standInSettings(fleet, ports.standIn));
    const env = { ...ownSettings(fleet, ports), ...limitsOf(plan) };
    const log = createLog({ name: 'chaos', level: 'silent' });
    const openOwn = () => openDeps(readSettings(env), { log });
    const open = register('deps', await openOwn(), (each) => each.close());
    const members = OWN_APPS.map(([name, app]) => start(name, app, env));
    const api = createPublicApi(`http://127.0.0.1:${ports.api}`);
    await Promise.all([
      untilListening(`http://127.0.0.1:${ports.standIn}/`),
      untilListening(`${api.url}/livez`),
    ]);
    const [trainings] = open.queues();
    return {
      ...{ deps: open.deps, redis, api, members },
      tail: register('tail', openRecordTail(redis.url), (each) => each.close()),
      standIn: createStandInControl(ports.standIn),
      provider: register('history', openProviderTail(`${dir}/history.jsonl`), (each) => each.close()),
      wait: createWait(timeFactor),
      onSite: async (act) => {
        const { deps, close } = await openOwn();
        return act(deps).finally(close);
      },
      unfinishedJobs: async () =>
        (await trainings?.getJobCounts('active', 'wait', 'prioritized', 'delayed')) ?? {},
    };
  });

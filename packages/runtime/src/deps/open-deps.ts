import {
  type Clock,
  type Deps,
  type Log,
  type ObjectStore,
  POST_TIMEOUT_MS,
  type Provider,
  type WorkflowBuilder,
} from '@trainyard/application';
import { createWorkflowBuilder, listWorkflowTemplates, loadWorkflowTemplate } from '@trainyard/comfyui';
import { createCronTimes, openRedisBackend, type RedisBackend } from '@trainyard/redis';
import { createRunPodProvider } from '@trainyard/runpod';
import {
  createCatalogue,
  createManifests,
  type OpenObjectStore,
  openObjectStore,
  type S3Options,
} from '@trainyard/storage';
import { meterLog, meterProvider, meterStore } from '../metrics/metered-ports.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { createClock } from '../process/clock.ts';
import { createIds } from '../process/ids.ts';
import { type CloseStack, openAll } from '../process/shutdown.ts';
import { createStoreClock } from '../process/store-clock.ts';
import type { Settings } from '../settings/settings.ts';
import { toApplicationSettings } from './application-settings.ts';
import { openMessenger } from './messenger.ts';

export interface OpenDepsOptions {
  readonly log: Log;
  /** The address that RunPod calls while no tunnel is up; `GATEWAY_BASE_URL` unless told. */
  readonly publicUrl?: () => string | undefined;
}

/** What a process stands on. */
export interface OpenDeps {
  readonly deps: Deps;
  /** The queues' own ends: errands, housekeeping, the line of trainings, Bull Board. */
  readonly redis: RedisBackend;
  /** The same as `redis.boards`. */
  readonly queues: RedisBackend['queues'];
  /** What this process counts of itself. */
  readonly metrics: Metrics;
  /** Closes all of it, last opened first. */
  close(): Promise<void>;
}

type StoreSettings = Pick<
  Settings,
  | 'OBJECT_STORE_URL'
  | 'S3_ENDPOINT'
  | 'S3_REGION'
  | 'S3_FORCE_PATH_STYLE'
  | 'AWS_ACCESS_KEY_ID'
  | 'AWS_SECRET_ACCESS_KEY'
  | 'AWS_SESSION_TOKEN'
>;

/**
 * The one place where adapters are built. What was opened is closed again when a later part cannot be opened. Throws
 * ObjectStoreError, WorkflowTemplateError, or what Redis throws when it cannot be reached.
 */
export function openDeps(settings: Settings, options: OpenDepsOptions): Promise<OpenDeps> {
  return openAll(options.log, async ({ register }: CloseStack) => {
    const { publicUrl = () => settings.GATEWAY_BASE_URL } = options;
    const metrics = createMetrics();
    const log = meterLog(options.log, metrics);
    const storeClock = register('time', createStoreClock(log), (each) => each.stop());
    const clock = createConfiguredClock(settings, storeClock.now);
    const workflows = await openWorkflows(settings);
    const objects = register('object store', await openConfiguredObjectStore(settings), (store) =>
      store.close(),
    );
    const redis = register('redis', await openRedis(settings, clock, log), (each) => each.close());
    await storeClock.start(redis.readTime);
    const deps: Deps = {
      store: meterStore(redis.store, metrics),
      batches: redis.batches,
      cron: createCronTimes(),
      budgets: redis.budgets,
      queue: redis.queue,
      reconcileJobs: redis.reconcileJobs,
      deliveries: redis.deliveries,
      deliveryJobs: redis.deliveryJobs,
      messenger: openMessenger(settings),
      provider: meterProvider(createConfiguredProvider(settings, clock), metrics, clock),
      objects,
      ...createDocumentPorts(objects, settings),
      workflows,
      publicUrlLease: redis.publicUrlLease,
      clock,
      ids: createIds(),
      log,
      settings: toApplicationSettings(settings, async () => (await readTunnelUrl(redis)) ?? publicUrl()),
    };
    return { deps, redis, queues: redis.queues, metrics };
  });
}

function omitUndefined<T extends object>(object: T) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** Opens the object store that the settings name. Throws ObjectStoreError for a URL that names none. */
export function openConfiguredObjectStore(settings: StoreSettings): Promise<OpenObjectStore> {
  const s3: S3Options = omitUndefined({
    endpoint: settings.S3_ENDPOINT,
    region: settings.S3_REGION,
    forcePathStyle: settings.S3_FORCE_PATH_STYLE,
    accessKeyId: settings.AWS_ACCESS_KEY_ID,
    secretAccessKey: settings.AWS_SECRET_ACCESS_KEY,
    sessionToken: settings.AWS_SESSION_TOKEN,
  });
  return openObjectStore(settings.OBJECT_STORE_URL, { s3 });
}

type ModelSettings = Pick<
  Settings,
  'FLUX_TRANSFORMER' | 'FLUX_VAE' | 'FLUX_CLIP_L' | 'FLUX_T5' | 'WORKFLOW_TEMPLATE'
>;

/** Reads every template. Throws WorkflowTemplateError when one is faulty or the chosen one is not there. */
export async function openWorkflows(settings: ModelSettings): Promise<WorkflowBuilder> {
  await loadWorkflowTemplate(settings.WORKFLOW_TEMPLATE);
  const names = await listWorkflowTemplates();
  return createWorkflowBuilder({
    templates: await Promise.all(names.map((name) => loadWorkflowTemplate(name))),
    models: {
      transformer: settings.FLUX_TRANSFORMER,
      vae: settings.FLUX_VAE,
      clip_l: settings.FLUX_CLIP_L,
      t5: settings.FLUX_T5,
    },
  });
}

/** The clock that the settings describe. @param realNow epoch ms; this machine's unless told */
export function createConfiguredClock(
  { TIME_FACTOR, TIME_ANCHOR_MS }: Pick<Settings, 'TIME_FACTOR' | 'TIME_ANCHOR_MS'>,
  realNow?: () => number,
): Clock {
  return createClock({
    factor: TIME_FACTOR,
    ...(TIME_ANCHOR_MS !== undefined && { anchorMs: TIME_ANCHOR_MS }),
    ...(realNow && { realNow }),
  });
}

function openRedis(settings: Settings, clock: Clock, log: Log): Promise<RedisBackend> {
  return openRedisBackend({
    redisUrl: settings.REDIS_URL,
    // In braces it is a hash tag: all keys lie in one slot, so that a script may touch any of them.
    prefix: `{${settings.REDIS_PREFIX}}`,
    clock,
    initialMaxConcurrency: settings.TRAINING_CONCURRENCY,
    withoutAof: settings.REDIS_WITHOUT_AOF,
    initialBudgets: omitUndefined({ dayUsd: settings.BUDGET_DAY_USD, monthUsd: settings.BUDGET_MONTH_USD }),
    budgetTimeZone: settings.BUDGET_TIME_ZONE,
    onError: (error) => log.warn('redis_error', { error }),
    onWarning: ({ property, text }) => log.warn('redis_config_warning', { property, reason: text }),
  });
}

function createDocumentPorts(
  objects: ObjectStore,
  settings: Settings,
): Pick<Deps, 'catalogue' | 'manifests'> {
  const catalogue = createCatalogue(objects, {
    catalogueKey: settings.CATALOGUE_KEY,
    ...(settings.S3_ENDPOINT !== undefined && { customEndpoints: [settings.S3_ENDPOINT] }),
  });
  return { catalogue, manifests: createManifests(objects, catalogue) };
}

/** What a tunnel gave; a Redis that is away has none to tell. */
function readTunnelUrl(redis: RedisBackend): Promise<string | undefined> {
  return redis.publicUrlLease.read().catch(() => undefined);
}

function createConfiguredProvider(settings: Settings, clock: Clock): Provider {
  return createRunPodProvider({
    apiKey: settings.MODEL_TRAINING_RUNPOD_API_KEY,
    baseUrl: settings.RUNPOD_ENDPOINT_BASE_URL,
    timeoutMs: clock.realMs(POST_TIMEOUT_MS),
  });
}

/** The values that no log may hold. */
export function listSecrets(settings: Settings): readonly string[] {
  return [
    settings.MODEL_TRAINING_RUNPOD_API_KEY,
    settings.AWS_SECRET_ACCESS_KEY,
    settings.AWS_SESSION_TOKEN,
    settings.WEBHOOK_SECRET,
    settings.WEBHOOK_SECRET_PREVIOUS,
    settings.NGROK_AUTHTOKEN,
    settings.SLACK_WEBHOOK_URL,
    ...(settings.NOTIFY_SECRET ?? []),
    ...(settings.NOTIFY_SUBSCRIBERS ?? []).flatMap(({ secrets }) => secrets),
    ...(settings.API_KEYS ?? []).map(({ key }) => key),
  ].filter((secret) => secret !== undefined);
}

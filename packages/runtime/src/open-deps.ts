import {
  createStoreCheck,
  type Deps,
  type Log,
  recordReading,
  type StoreCheck,
} from '@trainyard/application';
import { createCronTimes, type RedisBackend } from '@trainyard/redis';
import {
  createConfiguredClock,
  createConfiguredMessenger,
  createConfiguredProvider,
  createDocumentPorts,
  createIds,
  describeObjectStore,
  openConfiguredObjectStore,
  openRedis,
  openWorkflows,
  toApplicationSettings,
} from './adapters.ts';
import { meterLog, meterProvider, meterStore } from './metrics/metered-ports.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { createObjectInfoWatch } from './object-info.ts';
import { createStoreClock } from './process/clock.ts';
import { type CloseStack, openAll } from './process/shutdown.ts';
import { publishSubjectChanges } from './publish-subject-changes.ts';
import type { Settings } from './settings/settings.ts';

/** The log of the process, and its public URL. */
export interface OpenDepsOptions {
  readonly log: Log;
  /** The URL for webhooks while no tunnel is open; `GATEWAY_BASE_URL` by default. */
  readonly publicUrl?: () => string | undefined;
}

/** The open dependencies of a process. */
export interface OpenDeps {
  readonly deps: Deps;
  /** The queues and workers on Redis. */
  readonly redis: RedisBackend;
  /** The BullMQ queues for Bull Board; the same as `redis.queues`. */
  readonly queues: RedisBackend['queues'];
  /** The metrics of this process. */
  readonly metrics: Metrics;
  /** Closes all of them in reverse order. */
  close(): Promise<void>;
}

/**
 * Opens all adapters; no other place constructs them. When an adapter fails to open, the others are closed. Throws
 * ObjectStoreError, UnfitObjectStoreError, WorkflowTemplateError, and the errors of `openRedis`.
 */
export function openDeps(settings: Settings, options: OpenDepsOptions): Promise<OpenDeps> {
  return openAll(options.log, async ({ register }: CloseStack) => {
    const { publicUrl = () => settings.GATEWAY_BASE_URL } = options;
    const metrics = createMetrics();
    const log = meterLog(options.log, metrics);
    for (const { name, message } of settings.warnings) log.warn('setting_suspect', { name, message });
    const storeClock = register('clock', createStoreClock(log), (each) => each.stop());
    const clock = createConfiguredClock(settings, storeClock.now);
    const redis = register('redis', await openRedis(settings, clock, log), (each) => each.close());
    await storeClock.start(redis.readTime);
    const ids = createIds();
    const { objects, health } = await openCheckedStore(register, settings, { redis, ids, clock, log });
    const watch = createObjectInfoWatch({ settings, objects, clock, log });
    const objectInfo = register('object info', watch, (each) => each.stop());
    const deps: Deps = {
      ...toRedisPorts(redis),
      store: meterStore(redis.store, metrics),
      cron: createCronTimes(),
      messenger: createConfiguredMessenger(settings),
      provider: meterProvider(createConfiguredProvider(settings, clock), metrics, clock),
      objects,
      storeHealth: health,
      ...publishSubjectChanges(
        { ...createDocumentPorts(objects, settings), datasetReports: redis.datasetReports },
        { feed: redis.feed, log },
      ),
      workflows: await openWorkflows(settings, objectInfo.getKnownClasses),
      clock,
      ids,
      log,
      settings: toApplicationSettings(settings, async () => (await readTunnelUrl(redis)) ?? publicUrl()),
    };
    await objectInfo.start((fault) =>
      recordReading(deps, 'object_info_unreadable', fault === undefined ? undefined : { text: fault }),
    );
    return { deps, redis, queues: redis.queues, metrics };
  });
}

interface StoreCheckPorts extends Pick<Deps, 'ids' | 'clock' | 'log'> {
  readonly redis: RedisBackend;
}

/** Opens the object store and examines it. Throws ObjectStoreError and UnfitObjectStoreError. */
async function openCheckedStore(
  register: CloseStack['register'],
  settings: Settings,
  { redis, ids, clock, log }: StoreCheckPorts,
): Promise<StoreCheck> {
  const opened = await openConfiguredObjectStore(settings);
  const objects = register('object store', opened, (store) => store.close());
  const check = createStoreCheck({
    objects,
    address: describeObjectStore(settings),
    shared: redis.storeFault,
    newId: ids.nonce,
    now: clock.now,
    log,
  });
  register('object store check', check, (each) => each.stop());
  await check.start();
  return check;
}

function toRedisPorts(redis: RedisBackend) {
  const { batches, budgets, queue, reconcileJobs, deliveries, deliveryJobs } = redis;
  const { publicUrlLease, tunnelRecords } = redis;
  return {
    ...{ batches, budgets, queue, reconcileJobs, deliveries, deliveryJobs },
    ...{ publicUrlLease, tunnelRecords },
  };
}

/** The URL of an open tunnel; undefined without a tunnel, and while Redis is unavailable. */
function readTunnelUrl(redis: RedisBackend): Promise<string | undefined> {
  return redis.publicUrlLease.read().catch(() => undefined);
}

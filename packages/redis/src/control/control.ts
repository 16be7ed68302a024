import {
  type DispatchControl,
  type DispatchControlChange,
  type Gate,
  type Notification,
  type OpenedTunnel,
  PUBLIC_URL_LEASE_MS,
  type PublicUrlLease,
  SHARED_STORE_FAULT_MS,
  type SharedStoreFault,
  type StoreFault,
  type TrainingStore,
  type TunnelEvent,
  type TunnelRecords,
} from '@trainyard/application';
import { InvalidConcurrencyLimitError } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import { withStoreErrors } from '../redis/calls.ts';
import type { Keys } from '../redis/keys.ts';
import { appendChange } from '../scripts/document-scripts.ts';
import { advanceHighWaterMark, changeControl, fence, renewPublicUrl } from '../scripts/training-scripts.ts';
import type { Replication } from './replication.ts';

/** The parts of the dispatch control. `onChange` runs after each change, to wake the dispatchers. */
export interface ControlOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly replication: Replication;
  /** The current time, epoch ms. */
  readonly now: () => number;
  readonly onChange: (change: DispatchControlChange) => Promise<void>;
}

type ControlMethods = Pick<
  TrainingStore,
  'getControl' | 'getReplicatedControl' | 'setControl' | 'establishEpoch' | 'advanceHighWaterMark' | 'fence'
>;

/** The switches of dispatch, the count of failed runs and the epoch, in a hash that all processes share. */
export function createControl(options: ControlOptions): ControlMethods {
  const { redis, keys, replication, now, onChange } = options;
  return {
    getControl: () => withStoreErrors(() => readControl(redis, keys)),
    getReplicatedControl: () => withStoreErrors(() => replication.confirm(() => readControl(redis, keys))),
    setControl: (change) =>
      withStoreErrors(async () => {
        await replication.confirm(() => writeControl(redis, keys, change, now()));
        await onChange(change);
        return readControl(redis, keys);
      }),
    establishEpoch: (epoch) =>
      withStoreErrors(() =>
        replication.confirm(async () => {
          await redis.hsetnx(keys.control, 'epoch', epoch);
          return (await redis.hget(keys.control, 'epoch')) ?? epoch;
        }),
      ),
    advanceHighWaterMark: (from, to) => withStoreErrors(() => advanceHighWaterMark(redis, keys, from, to)),
    fence: (highWaterMark) => withStoreErrors(() => fence(redis, keys, highWaterMark)),
  };
}

/** Reads the control hash. A missing concurrency limit reads as 0, which stops dispatch. */
async function readControl(redis: Redis, keys: Keys): Promise<DispatchControl> {
  const fields = await redis.hgetall(keys.control);
  const { max_concurrency: maxConcurrency, paused, reason, epoch, high_water_mark: highWaterMark } = fields;
  const gate = parseGate(fields);
  const { streak_failed_runs: failedRuns } = fields;
  return {
    maxConcurrency: Number(maxConcurrency ?? 0),
    paused: paused === '1',
    ...(reason !== undefined && { reason }),
    ...(epoch !== undefined && { epoch }),
    ...(highWaterMark !== undefined && { highWaterMark }),
    ...(gate && { gate }),
    ...(failedRuns !== undefined && { failedRuns: (JSON.parse(failedRuns) as { count: number }).count }),
  };
}

/** The gate with its probe run; `start-attempt.lua` writes `probe_run`, the attempt that uses the offer. */
function parseGate(fields: Readonly<Record<string, string>>): Gate | undefined {
  const { gate, probe_since: since, probe_run: probeRunJson, probe_failed_at: failedAt } = fields;
  if (gate === undefined) return undefined;
  const dispatched =
    probeRunJson === undefined ? {} : (JSON.parse(probeRunJson) as { trainingId: string; attempt: number });
  return {
    ...(JSON.parse(gate) as Gate),
    ...(since !== undefined && { probeRun: { since: Number(since), ...dispatched } }),
    ...(failedAt !== undefined && { probeFailedAt: Number(failedAt) }),
  };
}

/** Throws InvalidConcurrencyLimitError for a limit below 1, which BullMQ would read as no limit. */
async function writeControl(
  redis: Redis,
  keys: Keys,
  {
    maxConcurrency,
    paused,
    reason,
    gate,
    gateSince,
    endStreaks,
    failedRuns,
    probeRun,
  }: DispatchControlChange,
  now: number,
): Promise<void> {
  if (maxConcurrency !== undefined && !(Number.isSafeInteger(maxConcurrency) && maxConcurrency >= 1))
    throw new InvalidConcurrencyLimitError(maxConcurrency);
  const facts = {
    at: now,
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(paused !== undefined && { paused }),
    ...(reason !== undefined && { reason }),
    ...(gate === null && { openGate: true as const }),
    ...(gateSince !== undefined && { expectedSince: gateSince }),
    ...(endStreaks && { endStreaks }),
    ...(failedRuns !== undefined && { failedRuns }),
    ...(gate && { gateSince: gate.since }),
    ...(probeRun &&
      ('since' in probeRun ? { probeSince: probeRun.since } : { probeFailedAt: probeRun.failedAt })),
  };
  await changeControl(redis, keys, facts, gate ? toClosing(gate) : undefined);
}

/** The stored gate and the notification of its closing. */
export function toClosing({ probeRun: _, probeFailedAt: __, ...gate }: Gate) {
  const notification: Notification = {
    id: `gate.closed.${gate.since}`,
    type: 'gate.closed',
    at: gate.since,
    gate,
  };
  return { gate: JSON.stringify(gate), notification: JSON.stringify(notification) };
}

/** The fault of the object store that a process shares: a key that expires unless the process reports it again. */
export function createSharedStoreFault(redis: Redis, keys: Keys): SharedStoreFault {
  const key = keys.storeFault;
  return {
    read: () =>
      withStoreErrors(async () => {
        const stored = await redis.get(key);
        return stored === null ? undefined : (JSON.parse(stored) as StoreFault);
      }),
    report: (fault) =>
      withStoreErrors(
        async () => void (await redis.set(key, JSON.stringify(fault), 'PX', SHARED_STORE_FAULT_MS)),
      ),
    clear: () => withStoreErrors(async () => void (await redis.del(key))),
  };
}

/** The records of the tunnel, one key each. Each write is published, so that no page keeps a state between two writes. */
export function createTunnelRecords(redis: Redis, keys: Keys): TunnelRecords {
  const read = async <T>(key: string): Promise<T | undefined> => {
    const stored = await redis.get(key);
    return stored === null ? undefined : (JSON.parse(stored) as T);
  };
  return {
    readEvent: () => withStoreErrors(() => read<TunnelEvent>(keys.tunnelEvent)),
    saveEvent: (event) =>
      withStoreErrors(async () => {
        const text = JSON.stringify(event);
        if (event.kind === 'starting') await redis.set(keys.tunnelEvent, text, 'PX', PUBLIC_URL_LEASE_MS);
        else await redis.set(keys.tunnelEvent, text);
        await appendChange(redis, keys, { kind: 'tunnel' });
      }),
    readOpened: () => withStoreErrors(() => read<OpenedTunnel>(keys.tunnelOpened)),
    saveOpened: (opened) =>
      withStoreErrors(async () => {
        await redis.set(keys.tunnelOpened, JSON.stringify(opened));
        await appendChange(redis, keys, { kind: 'tunnel' });
      }),
  };
}

/** The public URL of the tunnel: a key that expires unless its owner renews it (docs/adr/0012-tunnel-address-lease.md). */
export function createPublicUrlLease(redis: Redis, keys: Keys): PublicUrlLease {
  const key = keys.publicUrl;
  return {
    read: () => withStoreErrors(async () => (await redis.get(key)) ?? undefined),
    acquire: (url) =>
      withStoreErrors(async () => {
        const holder = await redis.set(key, url, 'PX', PUBLIC_URL_LEASE_MS, 'NX', 'GET');
        if (holder === null) await appendChange(redis, keys, { kind: 'tunnel' });
        return holder ?? url;
      }),
    renew: (url) => withStoreErrors(() => renewPublicUrl(redis, keys, url, PUBLIC_URL_LEASE_MS)),
    clear: () =>
      withStoreErrors(async () => {
        if ((await redis.del(key)) > 0) await appendChange(redis, keys, { kind: 'tunnel' });
      }),
  };
}

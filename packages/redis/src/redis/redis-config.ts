import { omitUndefined } from '@trainyard/domain';
import { Redis } from 'ioredis';
import { isForbidden } from './calls.ts';

/** Properties of a Redis server. A property is absent when the server does not report it; services often refuse `CONFIG`. */
export interface RedisProperties {
  readonly version?: string;
  readonly evictionPolicy?: string;
  /** Whether changes are written to an append-only file (AOF). */
  readonly appendOnly?: boolean;
  /** When the AOF is flushed to disk: `always`, `everysec` or `no`. */
  readonly appendFsync?: string;
  readonly pid?: number;
  /** Whether the server is still loading its files. */
  readonly loading?: boolean;
  /** The folder of its files. */
  readonly dir?: string;
  /** `master` or `slave`. */
  readonly role?: string;
  /** Whether the server is a node of a Redis Cluster. */
  readonly clusterEnabled?: boolean;
  /** The replicas that count for `min-replicas-to-write`; absent without that setting. */
  readonly goodReplicas?: number;
  /** Whether the user may not run `INFO`. */
  readonly infoForbidden?: boolean;
}

/** The result of a check of a Redis. */
export interface RedisFinding {
  readonly property:
    | 'version'
    | 'eviction'
    | 'persistence'
    | 'layout'
    | 'info'
    | 'role'
    | 'cluster'
    | 'replicas'
    | 'database'
    | 'commands'
    | 'keys'
    | 'writes';
  /** `fault`: a process refuses to start. `warning`: accepted trainings could be lost, or the property is unknown. */
  readonly status: 'ok' | 'warning' | 'fault';
  readonly text: string;
}

/** Exceptions from the checks. */
export interface RedisCheckOptions {
  /** A Redis without AOF causes a warning instead of a fault. */
  readonly withoutAof?: boolean;
  /** With Sentinel: the number of replicas that must acknowledge a guarded write. */
  readonly waitReplicas?: number;
}

const CONNECT_TIMEOUT_MS = 5_000;

/** Connects once and reads the properties. Throws the connection error when the server does not answer within 5 s. */
export async function inspectRedis(url: string): Promise<RedisProperties> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  let fault: unknown;
  redis.on('error', (error) => {
    fault = error;
  });
  try {
    await redis.connect();
    return await readRedisProperties(redis);
  } catch (error) {
    throw fault ?? error;
  } finally {
    redis.disconnect();
  }
}

async function getConfig(redis: Redis, name: string): Promise<string | undefined> {
  const [, value] = (await redis.config('GET', name).catch(() => [])) as readonly string[];
  return value;
}

const BOOLEAN_VALUES: Readonly<Record<string, boolean>> = { '1': true, '0': false, yes: true, no: false };

/** Reads the properties from `INFO`, and from `CONFIG GET` where `INFO` does not report them. */
export async function readRedisProperties(redis: Redis): Promise<RedisProperties> {
  const info = await redis.info().catch((error: unknown) => {
    if (isForbidden(error)) return undefined;
    throw error;
  });
  const getInfoField = (name: string): string | undefined =>
    new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info ?? '')?.[1];
  const [appendFsync, dir] = await Promise.all([getConfig(redis, 'appendfsync'), getConfig(redis, 'dir')]);
  const appendOnly = getInfoField('aof_enabled') ?? (await getConfig(redis, 'appendonly')) ?? '';
  return omitUndefined({
    version: getInfoField('redis_version'),
    evictionPolicy: getInfoField('maxmemory_policy') ?? (await getConfig(redis, 'maxmemory-policy')),
    appendOnly: BOOLEAN_VALUES[appendOnly],
    appendFsync,
    pid: toNumber(getInfoField('process_id')),
    loading: BOOLEAN_VALUES[getInfoField('loading') ?? ''],
    dir,
    role: getInfoField('role'),
    clusterEnabled: BOOLEAN_VALUES[getInfoField('cluster_enabled') ?? ''],
    goodReplicas: toNumber(getInfoField('min_slaves_good_slaves')),
    infoForbidden: info === undefined ? true : undefined,
  });
}

function toNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** BullMQ's scripts and those of this package are tested with this version and newer versions. */
const MIN_VERSION = [6, 2] as const;

function createFinding(property: RedisFinding['property']) {
  return (status: RedisFinding['status'], text: string): RedisFinding => ({ property, status, text });
}

function checkVersion({ version }: RedisProperties): RedisFinding {
  const toFinding = createFinding('version');
  if (version === undefined) return toFinding('warning', 'version is unknown: the server does not report it');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNewEnough = major > MIN_VERSION[0] || (major === MIN_VERSION[0] && minor >= MIN_VERSION[1]);
  return isNewEnough
    ? toFinding('ok', `version ${version}`)
    : toFinding('fault', `version is ${version}; ${MIN_VERSION.join('.')} or newer is required`);
}

function checkEviction({ evictionPolicy: policy }: RedisProperties): RedisFinding {
  const toFinding = createFinding('eviction');
  if (policy === undefined)
    return toFinding('warning', 'maxmemory-policy is unknown: the server does not report it');
  return policy === 'noeviction'
    ? toFinding('ok', 'maxmemory-policy is noeviction')
    : toFinding('fault', `maxmemory-policy is ${policy}; only noeviction keeps every training`);
}

function checkPersistence(
  { appendOnly, appendFsync: fsync }: RedisProperties,
  { withoutAof = false }: RedisCheckOptions,
): RedisFinding {
  const toFinding = createFinding('persistence');
  if (appendOnly === undefined)
    return toFinding('warning', 'appendonly is unknown: the server does not report it');
  if (!appendOnly)
    return toFinding(
      withoutAof ? 'warning' : 'fault',
      'appendonly is no; accepted trainings would be lost in a restart',
    );
  if (fsync === 'always') return toFinding('ok', 'appendfsync is always');
  return fsync === undefined
    ? toFinding('warning', 'appendfsync is unknown: the server does not report it')
    : toFinding('warning', `appendfsync is ${fsync}; only «always» keeps every accepted training`);
}

function checkInfo({ infoForbidden }: RedisProperties, { waitReplicas }: RedisCheckOptions) {
  if (!infoForbidden) return undefined;
  return waitReplicas === undefined
    ? createFinding('info')('warning', 'the user may not run INFO: role and memory are unknown')
    : createFinding('info')('fault', 'the user may not run INFO, which Sentinel needs to find the master');
}

function checkRole({ role }: RedisProperties): RedisFinding | undefined {
  return role === 'slave'
    ? createFinding('role')('fault', 'it is a replica; use the address of its master')
    : undefined;
}

/** The fault of a node of a Redis Cluster. */
export const CLUSTER_FAULT: RedisFinding = {
  property: 'cluster',
  status: 'fault',
  text: 'Redis Cluster is not supported, because it moves keys and answers MOVED; use a Redis without cluster mode, or Sentinel',
};

/** Without `min-replicas-to-write`, an isolated master would accept writes that its failover discards. */
function checkReplicas(
  { goodReplicas: good, infoForbidden }: RedisProperties,
  { waitReplicas }: RedisCheckOptions,
) {
  if (waitReplicas === undefined || infoForbidden) return undefined;
  const toFinding = createFinding('replicas');
  if (good === undefined)
    return toFinding('fault', 'min-replicas-to-write is 0; Sentinel requires min-replicas-to-write 1');
  return good < waitReplicas
    ? toFinding('warning', `${good} of ${waitReplicas} replicas are connected; new trainings are refused`)
    : toFinding('ok', `${good} replicas are connected`);
}

/**
 * Checks the configuration of a Redis for the state store, for `trainyard doctor` and for every start: no eviction,
 * changes are written to a file before the reply, the version is new enough, and it is a master outside of a cluster
 * (docs/failure-modes/redis.md). Pure.
 */
export function checkRedisConfig(
  properties: RedisProperties,
  options: RedisCheckOptions = {},
): readonly RedisFinding[] {
  return [
    checkVersion(properties),
    checkEviction(properties),
    checkPersistence(properties, options),
    checkInfo(properties, options),
    checkRole(properties),
    properties.clusterEnabled ? CLUSTER_FAULT : undefined,
    checkReplicas(properties, options),
  ].filter((finding) => finding !== undefined);
}

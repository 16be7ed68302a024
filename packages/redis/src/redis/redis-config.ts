import { omitUndefined } from '@trainyard/domain';
import { Redis } from 'ioredis';
import { InvalidRedisConfigError } from './errors.ts';

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
}

/** The result of a check of a Redis. */
export interface RedisFinding {
  readonly property: 'version' | 'eviction' | 'persistence' | 'layout';
  /** `fault`: a process refuses to start. `warning`: accepted trainings could be lost, or the property is unknown. */
  readonly status: 'ok' | 'warning' | 'fault';
  readonly text: string;
}

/** Exceptions from the checks. */
export interface RedisCheckOptions {
  /** A Redis without AOF causes a warning instead of a fault. */
  readonly withoutAof?: boolean;
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
  const info = await redis.info();
  const getInfoField = (name: string): string | undefined =>
    new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const [appendFsync, dir] = await Promise.all([getConfig(redis, 'appendfsync'), getConfig(redis, 'dir')]);
  const appendOnly = getInfoField('aof_enabled') ?? (await getConfig(redis, 'appendonly')) ?? '';
  const pid = getInfoField('process_id');
  return omitUndefined({
    version: getInfoField('redis_version'),
    evictionPolicy: getInfoField('maxmemory_policy') ?? (await getConfig(redis, 'maxmemory-policy')),
    appendOnly: BOOLEAN_VALUES[appendOnly],
    appendFsync,
    pid: pid === undefined ? undefined : Number(pid),
    loading: BOOLEAN_VALUES[getInfoField('loading') ?? ''],
    dir,
  });
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

/**
 * Checks a Redis for the state store, for `trainyard doctor` and for every start: no eviction, changes are written to a
 * file before the reply, and the version is new enough (docs/failure-modes/redis.md). Pure.
 */
export function checkRedisConfig(
  properties: RedisProperties,
  options: RedisCheckOptions = {},
): readonly RedisFinding[] {
  return [checkVersion(properties), checkEviction(properties), checkPersistence(properties, options)];
}

/** Runs the checks at the start of a process. @returns the warnings. Throws InvalidRedisConfigError with every fault. */
export function assertRedisConfig(
  properties: RedisProperties,
  options?: RedisCheckOptions,
): readonly RedisFinding[] {
  const findings = checkRedisConfig(properties, options);
  const faults = findings.filter(({ status }) => status === 'fault');
  if (faults.length > 0) throw new InvalidRedisConfigError(faults);
  return findings.filter(({ status }) => status === 'warning');
}

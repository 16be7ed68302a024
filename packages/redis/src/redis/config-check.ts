import type { RedisProperties } from './inspect.ts';

/** What one property of a Redis means to us. */
export interface RedisFinding {
  readonly property: 'version' | 'eviction' | 'persistence';
  /** `fault`: nothing may be kept there. `warning`: it may, and something can be lost, or it is not known. */
  readonly status: 'ok' | 'warning' | 'fault';
  readonly text: string;
}

/** What is let pass. */
export interface RedisCheckOptions {
  /** A Redis that keeps no append-only file is warned of, not refused. */
  readonly withoutAof?: boolean;
}

/** Thrown when a Redis would lose trainings, or cannot run our scripts; names every fault. */
export class InvalidRedisConfigError extends Error {
  readonly code = 'redis_config_invalid';
  readonly retryable = false;
  readonly faults: readonly RedisFinding[];
  constructor(faults: readonly RedisFinding[]) {
    super(`This Redis cannot be used: ${faults.map(({ text }) => text).join('; ')}`);
    this.name = 'UnfitRedisError';
    this.faults = faults;
  }
}

/** BullMQ's scripts and ours are run against 6.2 and newer. */
const MIN_VERSION = [6, 2] as const;

function createFinding(property: RedisFinding['property']) {
  return (status: RedisFinding['status'], text: string): RedisFinding => ({ property, status, text });
}

function checkVersion({ version }: RedisProperties): RedisFinding {
  const toFinding = createFinding('version');
  if (version === undefined) return toFinding('warning', 'version unknown: the server does not tell');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNewEnough = major > MIN_VERSION[0] || (major === MIN_VERSION[0] && minor >= MIN_VERSION[1]);
  return isNewEnough
    ? toFinding('ok', `version ${version}`)
    : toFinding('fault', `version ${version}, ${MIN_VERSION.join('.')} or newer is needed`);
}

function checkEviction({ evictionPolicy: policy }: RedisProperties): RedisFinding {
  const toFinding = createFinding('eviction');
  if (policy === undefined) return toFinding('warning', 'maxmemory-policy unknown: the server does not tell');
  return policy === 'noeviction'
    ? toFinding('ok', 'evicts nothing')
    : toFinding('fault', `maxmemory-policy is ${policy}; only noeviction keeps every training`);
}

function checkPersistence(
  { appendOnly, appendFsync: fsync }: RedisProperties,
  { withoutAof = false }: RedisCheckOptions,
): RedisFinding {
  const toFinding = createFinding('persistence');
  if (appendOnly === undefined) return toFinding('warning', 'appendonly unknown: the server does not tell');
  if (!appendOnly)
    return toFinding(
      withoutAof ? 'warning' : 'fault',
      'appendonly is off; what was accepted would not survive a restart',
    );
  if (fsync === 'always') return toFinding('ok', 'writes each change to its file');
  return fsync === undefined
    ? toFinding('warning', 'appendfsync unknown: the server does not tell')
    : toFinding('warning', `appendfsync is ${fsync}; only «always» keeps what a 202 promises`);
}

/**
 * The one set of rules for a Redis that holds the record (DESIGN §6), for the doctor as for every start: it evicts
 * nothing, writes each change to a file before it answers, and is new enough. Pure.
 */
export function checkRedisConfig(
  properties: RedisProperties,
  options: RedisCheckOptions = {},
): readonly RedisFinding[] {
  return [checkVersion(properties), checkEviction(properties), checkPersistence(properties, options)];
}

/** Keeps a process from a Redis that is not fit. @returns what it must be warned of. Throws UnfitRedisError. */
export function assertRedisConfig(
  properties: RedisProperties,
  options?: RedisCheckOptions,
): readonly RedisFinding[] {
  const findings = checkRedisConfig(properties, options);
  const faults = findings.filter(({ status }) => status === 'fault');
  if (faults.length > 0) throw new InvalidRedisConfigError(faults);
  return findings.filter(({ status }) => status === 'warning');
}

import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { formatAddress, type RedisTarget, toConnectionOptions } from './address.ts';
import { findRefusal, isForbidden } from './calls.ts';
import { InvalidRedisConfigError, RedisUnreachableError } from './errors.ts';
import {
  CLUSTER_FAULT,
  checkRedisConfig,
  type RedisCheckOptions,
  type RedisFinding,
  type RedisProperties,
  readRedisProperties,
} from './redis-config.ts';

/** A Redis, the prefix of all keys, and exceptions from the checks. */
export interface RedisExaminationOptions extends RedisTarget, Omit<RedisCheckOptions, 'waitReplicas'> {
  readonly prefix: string;
}

/** The findings about a Redis. */
export interface RedisExamination {
  readonly findings: readonly RedisFinding[];
  /** Whether the user may run INFO; connections otherwise skip the checks of ioredis and BullMQ that need it. */
  readonly infoAllowed: boolean;
}

const TIMEOUT_MS = 5_000;
const LOADING_TIMEOUT_MS = 20_000;
const LOADING_POLL_MS = 100;

/**
 * Examines a Redis for the work of Trainyard, at the start of each process and for `trainyard doctor`: its configuration,
 * the database, and each command that Trainyard and BullMQ run, on keys under the prefix. Leaves no key behind. Throws
 * RedisUnreachableError when no login succeeds within 5 s, and the errors of {@link toConnectionOptions}.
 */
export async function examineRedis(options: RedisExaminationOptions): Promise<RedisExamination> {
  const { redis, database } = openProbe(options);
  try {
    const properties = await readPropertiesWhenLoaded(redis);
    const findings = checkRedisConfig(properties, {
      ...options,
      ...(options.sentinel && { waitReplicas: options.sentinel.waitReplicas }),
    });
    const work = properties.clusterEnabled ? [] : await checkWork(redis, options, database);
    const isReplica = properties.role === 'slave';
    return {
      findings: [...findings, ...(isReplica ? work.filter(({ property }) => property !== 'writes') : work)],
      infoAllowed: !properties.infoForbidden,
    };
  } catch (error) {
    throw toUnreachable(options, error);
  } finally {
    redis.disconnect();
  }
}

/** Examines a Redis at the start of a process. Throws InvalidRedisConfigError with every fault, and RedisUnreachableError. */
export async function assertUsableRedis(options: RedisExaminationOptions): Promise<RedisExamination> {
  const examination = await examineRedis(options);
  const faults = examination.findings.filter(({ status }) => status === 'fault');
  if (faults.length > 0) throw new InvalidRedisConfigError(formatAddress(options), faults);
  return examination;
}

/** Opens a connection that is not repeated. The database is selected later, because ioredis ignores a refused SELECT. */
function openProbe(target: RedisTarget): { readonly redis: Redis; readonly database: number } {
  const { db = 0, ...options } = toConnectionOptions(target);
  const redis = new Redis({
    ...options,
    failoverDetector: false,
    lazyConnect: true,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    enableReadyCheck: false,
    disableClientInfo: true,
  });
  return { redis, database: db };
}

async function readPropertiesWhenLoaded(redis: Redis): Promise<RedisProperties> {
  await connectOnce(redis);
  const deadlineMs = performance.now() + LOADING_TIMEOUT_MS;
  for (;;) {
    const properties = await readRedisProperties(redis);
    if (properties.loading !== true || performance.now() > deadlineMs) return properties;
    await wait(LOADING_POLL_MS);
  }
}

/** Throws the first error of the connection: ioredis itself reports «Connection is closed». */
async function connectOnce(redis: Redis): Promise<void> {
  let first: unknown;
  redis.on('error', (error) => {
    first ??= error;
  });
  try {
    await redis.connect();
  } catch (error) {
    throw first ?? error;
  }
}

/** The faults of connections and logins that the error code or the reply names, and their meaning. */
const CONNECTION_FAULTS: readonly (readonly [pattern: RegExp, fault: string])[] = [
  [/ECONNREFUSED/, 'connection refused'],
  [/ENOENT/, 'the socket does not exist'],
  [/ENOTFOUND|EAI_AGAIN/, 'host not found'],
  [/ETIMEDOUT|timed out/i, `no answer within ${TIMEOUT_MS / 1_000} s`],
  [/WRONGPASS|invalid password/, 'user or password is wrong'],
  [/NOAUTH/, 'a password is required'],
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)/,
    'its certificate is not signed by a known authority; set REDIS_CA_FILE',
  ],
  [/RESP type/, 'the server there is no Redis'],
  [/unknown command '?sentinel/i, 'the server there is no Sentinel'],
  [/ALTNAME/, 'its certificate names a different host'],
  [/EPROTO|ERR_SSL/, 'it does not answer with TLS; use redis:// instead of rediss://'],
  [/closed|ECONNRESET|EPIPE/, 'it closed the connection; use rediss:// if it requires TLS'],
];

function toUnreachable(target: RedisTarget, error: unknown): unknown {
  const { message = String(error), code = '' } = error as {
    readonly message?: string;
    readonly code?: string;
  };
  const text = `${code} ${message}`;
  const fault = CONNECTION_FAULTS.find(([pattern]) => pattern.test(text))?.[1] ?? message;
  const remedy = target.sentinel ? 'REDIS_SENTINELS, REDIS_SENTINEL_NAME or REDIS_URL' : 'REDIS_URL';
  return new RedisUnreachableError(
    `No Redis answers at ${formatAddress(target)} (${fault}). Start it or change ${remedy}`,
  );
}

/** Runs on keys of its own, which expire if this process ends before their deletion. */
async function checkWork(
  redis: Redis,
  { prefix, sentinel }: RedisExaminationOptions,
  database: number,
): Promise<readonly RedisFinding[]> {
  const selectFault = await redis.select(database).then(() => undefined, toError);
  if (selectFault !== undefined) return [toSelectFinding(database, selectFault)];
  const key = `${prefix}:check:${randomUUID()}`;
  const commands = [...listCommands(key), ...(sentinel ? [['WAIT', '0', '1']] : [])];
  const replies = await redis
    .pipeline(commands.map(([name = '', ...args]) => [name.toLowerCase(), ...args]))
    .exec();
  const transaction = await redis
    .call('MULTI')
    .then(() => redis.call('EXEC').then(() => undefined, toError), toError);
  const refused = [...(replies ?? []).map(([error]) => error), transaction].flatMap((error, at) =>
    error ? [{ name: commands[at]?.[0] ?? 'MULTI', error }] : [],
  );
  return toWorkFindings(prefix, refused);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function toSelectFinding(database: number, { message }: Error): RedisFinding {
  if (CLUSTER_REPLY.test(message)) return CLUSTER_FAULT;
  const text = /out of range/.test(message)
    ? `database ${database} does not exist (the setting databases of Redis)`
    : `database ${database} cannot be selected: ${message}`;
  return { property: 'database', status: 'fault', text };
}

const CLUSTER_REPLY = /^(MOVED|ASK|CROSSSLOT|CLUSTERDOWN) |cluster mode/;

interface RefusedCommand {
  readonly name: string;
  readonly error: Error;
}

/** Names each kind of refusal once. */
function toWorkFindings(prefix: string, refused: readonly RefusedCommand[]): readonly RedisFinding[] {
  if (refused.some(({ error }) => CLUSTER_REPLY.test(error.message))) return [CLUSTER_FAULT];
  const forbidden = refused.filter(({ error }) => isForbidden(error));
  const [keys, commands] = [
    forbidden.filter(({ error }) => /\bkeys?\b/.test(error.message)),
    forbidden.filter(({ error }) => !/\bkeys?\b/.test(error.message)),
  ];
  const [other] = refused.filter(({ error }) => !isForbidden(error));
  const names = [...new Set(commands.map(({ name }) => name))].join(', ');
  const faults = [
    ...(names === ''
      ? []
      : [['commands', `the user may not run ${names}: allow them by ACL SETUSER`] as const]),
    ...(keys.length === 0
      ? []
      : [['keys', `the user has no access to keys that start with ${prefix}: allow ~${prefix}:*`] as const]),
    ...(other ? [['writes', `a test write was refused: ${formatRefusal(other)}`] as const] : []),
  ].map(([property, text]): RedisFinding => ({ property, status: 'fault', text }));
  return faults.length > 0
    ? faults
    : [{ property: 'commands', status: 'ok', text: 'writes, scripts and reads work' }];
}

function formatRefusal({ name, error }: RefusedCommand): string {
  return findRefusal(error) ?? `${name}: ${error.message}`;
}

const SCRIPT = "return redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000)";

/** Every command that Trainyard, its scripts and BullMQ run. `{…}` is a key. */
const COMMANDS = `
SET {s} 1 PX 60000; GET {s}; MGET {s}; INCR {n}; INCRBY {n} 1; EXISTS {s}; TYPE {s}; PTTL {s}; EXPIRE {n} 60
PEXPIRE {n} 60000; PEXPIREAT {n} 99999999999999; PERSIST {n}; RENAME {n} {m}
HSET {h} f 1; HMSET {h} g 1; HSETNX {h} i 1; HGET {h} f; HMGET {h} f; HGETALL {h}; HEXISTS {h} f; HLEN {h}
HINCRBY {h} f 1; HVALS {h}; HDEL {h} g; HSCAN {h} 0
RPUSH {l} a b; LPUSH {l} c d; LLEN {l}; LRANGE {l} 0 -1; LINDEX {l} 0; LPOS {l} a; LSET {l} 0 e; LREM {l} 1 x
LTRIM {l} 0 9; RPOPLPUSH {l} {r}; LPOP {l}; RPOP {l}
SADD {t} a; SCARD {t}; SISMEMBER {t} a; SMEMBERS {t}; SSCAN {t} 0; SREM {t} b
ZADD {z} 1 a 2 b 3 c; ZCARD {z}; ZCOUNT {z} 1 2; ZLEXCOUNT {z} - +; ZRANGE {z} 0 0; ZREVRANGE {z} 0 0
ZRANGEBYLEX {z} - +; ZREVRANGEBYLEX {z} + -; ZRANGEBYSCORE {z} 1 2; ZREVRANGEBYSCORE {z} 2 1; ZSCORE {z} a
ZREM {z} x; ZREMRANGEBYRANK {z} 9 9; ZREMRANGEBYSCORE {z} 9 9; ZPOPMIN {z}; BZPOPMIN {z} 1
XADD {x} * a 1; XLEN {x}; XRANGE {x} - +; XREAD COUNT 1 STREAMS {x} 0; XTRIM {x} MAXLEN 9; XDEL {x} 1-1; XINFO STREAM {x}
SCAN 0 COUNT 1; TIME; PING; CLIENT SETNAME trainyard`;

function listCommands(key: string): readonly (readonly string[])[] {
  const keys = [...new Set(COMMANDS.match(/\{\w\}/g))].map((name) => `${key}${name}`);
  const sha = createHash('sha1').update(SCRIPT).digest('hex');
  return [
    ['EVAL', SCRIPT, '1', `${key}{s}`, '1'],
    ['EVALSHA', sha, '1', `${key}{s}`, '1'],
    ['SCRIPT', 'EXISTS', sha],
    ...COMMANDS.trim()
      .split(/;|\n/)
      .map((line) =>
        line
          .trim()
          .split(' ')
          .map((word) => (/^\{\w\}$/.test(word) ? `${key}${word}` : word)),
      ),
    ['DEL', ...keys],
  ];
}

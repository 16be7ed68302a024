import { omitUndefined } from '@trainyard/domain';
import { parseRedisUrl, type RedisExaminationOptions } from '@trainyard/redis';
import { z } from 'zod';
import { defaulted, optional, required } from '../env/declare.ts';
import { flag, list, text, wholeNumber } from '../env/kinds.ts';
import type { ParsedSettings } from './schema.ts';

const group = 'Redis';

/** A Redis URL. Its fault contains no part of the URL, which may be a password. */
const redisUrl = z.string('must be a URL').superRefine((value, context) => {
  try {
    parseRedisUrl(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});

const SENTINEL = /^(\[[\da-f:.]+\]|[^\s:[\]/@?#]+)(:\d{1,5})?$/i;
const SENTINELS_RULE = 'must be a comma-separated list of host:port';
const MAX_PORT = 65_535;
const DEFAULT_SENTINEL_PORT = '26379';

/** Addresses of Sentinels; the port is 26379 by default, and an IPv6 address is in brackets. */
const sentinels = list
  .pipe(z.array(z.string().regex(SENTINEL, SENTINELS_RULE)))
  .transform((entries) =>
    entries.map((entry) => {
      const [, host = '', port = `:${DEFAULT_SENTINEL_PORT}`] = SENTINEL.exec(entry) ?? [];
      return { host: host.replace(/^\[|\]$/g, ''), port: Number(port.slice(1)) };
    }),
  )
  .refine((addresses) => addresses.every(({ port }) => port > 0 && port <= MAX_PORT), SENTINELS_RULE);

/** The address and the requirements of Redis. */
export const redis = {
  REDIS_URL: required(redisUrl, {
    group,
    description:
      'URL of the Redis for the state store and the queues: redis://user:password@host:port/database, rediss:// with TLS, or unix:///path?db=5. Special characters of the password are percent-encoded. With REDIS_SENTINELS, only user, password, database and TLS of the URL are used. `trainyard up` starts a Redis of its own without it.',
    secret: true,
    missing: 'REDIS_URL is required',
    example: 'redis://127.0.0.1:6379',
  }),
  REDIS_PREFIX: defaulted(text('letters, digits, - _ and : only', /^[\w:-]+$/), 'trainyard', {
    group,
    description: 'Prefix of all keys, so that several systems can share a Redis.',
  }),
  REDIS_WITHOUT_AOF: defaulted(flag, 'false', {
    group,
    description:
      'Allows a Redis without an append-only file and logs a warning: for development, or a service that is durable without AOF.',
  }),
  REDIS_CA_FILE: optional(text('the path of a PEM file'), {
    group,
    description:
      'PEM file with the certificate authority of a rediss:// server that no public authority signed.',
  }),
  REDIS_SENTINELS: optional(sentinels, {
    group,
    description:
      'Addresses of the Redis Sentinels, comma-separated. Redis is then the master that they name (docs/operations/high-availability.md).',
    example: '10.0.0.1:26379,10.0.0.2:26379,10.0.0.3:26379',
  }),
  REDIS_SENTINEL_NAME: optional(text(), {
    group,
    description: 'Name of the master at the Sentinels. Required with REDIS_SENTINELS.',
    example: 'mymaster',
  }),
  REDIS_SENTINEL_PASSWORD: optional(text(), {
    group,
    description: 'Password of the Sentinels themselves; the password of Redis is in REDIS_URL.',
    secret: true,
  }),
  REDIS_WAIT_REPLICAS: defaulted(wholeNumber(1, 10), '1', {
    group,
    description:
      'With REDIS_SENTINELS: the number of replicas that must acknowledge an accepted training before its 202, the start of an attempt before its request to RunPod, and the high-water mark before its publication.',
  }),
};

/** The Redis settings that contradict each other: whether the rule is broken, the setting to name, and the fault. */
export function listRedisRules(read: RedisSettings): readonly (readonly [boolean, string, string])[] {
  const url = parseRedisUrl(read.REDIS_URL);
  const hasSentinels = read.REDIS_SENTINELS !== undefined;
  return [
    [
      hasSentinels !== (read.REDIS_SENTINEL_NAME !== undefined),
      'REDIS_SENTINEL_NAME',
      'REDIS_SENTINELS and REDIS_SENTINEL_NAME must be set together',
    ],
    [
      !hasSentinels && read.REDIS_SENTINEL_PASSWORD !== undefined,
      'REDIS_SENTINEL_PASSWORD',
      'REDIS_SENTINEL_PASSWORD needs REDIS_SENTINELS',
    ],
    [
      hasSentinels && 'path' in url.server,
      'REDIS_URL',
      'REDIS_URL must be redis:// or rediss:// with REDIS_SENTINELS',
    ],
    [
      read.REDIS_CA_FILE !== undefined && !url.tls,
      'REDIS_CA_FILE',
      'REDIS_CA_FILE needs a rediss:// REDIS_URL',
    ],
  ];
}

type RedisSettings = Pick<ParsedSettings, keyof typeof redis>;

/** The Redis of the settings, for the start of a process and for `trainyard doctor`. */
export function toRedisExamination(settings: RedisSettings): RedisExaminationOptions {
  const { REDIS_SENTINELS: addresses, REDIS_SENTINEL_NAME: name } = settings;
  return {
    redisUrl: settings.REDIS_URL,
    // Braces make the prefix a hash tag, which BullMQ requires of keys that a script uses together.
    prefix: `{${settings.REDIS_PREFIX}}`,
    withoutAof: settings.REDIS_WITHOUT_AOF,
    ...omitUndefined({ caFile: settings.REDIS_CA_FILE }),
    ...(addresses &&
      name !== undefined && {
        sentinel: {
          sentinels: addresses,
          name,
          waitReplicas: settings.REDIS_WAIT_REPLICAS,
          ...omitUndefined({ password: settings.REDIS_SENTINEL_PASSWORD }),
        },
      }),
  };
}

/** The passwords of Redis and its Sentinels, decoded. */
export function listRedisSecrets(settings: RedisSettings): readonly (string | undefined)[] {
  return [parseRedisUrl(settings.REDIS_URL).password, settings.REDIS_SENTINEL_PASSWORD];
}

import { TrainyardError } from '@trainyard/domain';
import type { RedisFinding } from './redis-config.ts';

/** Thrown when a Redis could lose accepted trainings, or refuses a part of Trainyard's work; the message lists every fault. */
export class InvalidRedisConfigError extends TrainyardError {
  override readonly code = 'redis_config_invalid';
  readonly faults: readonly RedisFinding[];
  /** @param address the address without user and password */
  constructor(address: string, faults: readonly RedisFinding[]) {
    super(`Redis at ${address} cannot be used: ${faults.map(({ text }) => text).join('; ')}`);
    this.faults = faults;
  }
}

/** Thrown when no Redis can be reached at the start of a process, or Redis refuses the login. */
export class RedisUnreachableError extends TrainyardError {
  override readonly code = 'redis_unreachable';
  override readonly retryable = true;
}

/** Thrown for a Redis URL that cannot be used; the message is the rule and contains no part of the URL. */
export class InvalidRedisUrlError extends TrainyardError {
  override readonly code = 'redis_url_invalid';
}

/** Thrown when the file of the certificate authority cannot be read. */
export class RedisCaFileError extends TrainyardError {
  override readonly code = 'redis_ca_file';
  constructor(path: string, cause: unknown) {
    const fault = cause instanceof Error && 'code' in cause ? cause.code : cause;
    super(`REDIS_CA_FILE cannot be read: ${path} (${fault})`, { cause });
  }
}

/** Thrown when `redis-server` cannot be started, or does not answer within 20 s. */
export class RedisServerError extends TrainyardError {
  override readonly code = 'redis_server';
}

import type { RedisFinding } from './redis-config.ts';

/** Base of the errors of this package: the name is that of the class, and a retry without a change fails again. */
abstract class RedisPackageError extends Error {
  abstract readonly code: string;
  readonly retryable = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Thrown when a Redis could lose accepted trainings, or cannot run the scripts; the message lists every fault. */
export class InvalidRedisConfigError extends RedisPackageError {
  readonly code = 'redis_config_invalid';
  readonly faults: readonly RedisFinding[];
  constructor(faults: readonly RedisFinding[]) {
    super(`This Redis cannot be used: ${faults.map(({ text }) => text).join('; ')}`);
    this.faults = faults;
  }
}

/** Thrown when `redis-server` cannot be started, or does not answer within 20 s. */
export class RedisServerError extends RedisPackageError {
  readonly code = 'redis_server';
}

/** Thrown for a concurrency limit that is not a whole number of at least 1. */
export class InvalidConcurrencyLimitError extends RedisPackageError {
  readonly code = 'invalid_concurrency_limit';
  constructor(maxConcurrency: number) {
    super(`The concurrency limit must be a whole number of at least 1, not ${maxConcurrency}`);
  }
}

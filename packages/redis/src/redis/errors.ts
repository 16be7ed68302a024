import { TrainyardError } from '@trainyard/domain';
import type { RedisFinding } from './redis-config.ts';

/** Thrown when a Redis could lose accepted trainings, or cannot run the scripts; the message lists every fault. */
export class InvalidRedisConfigError extends TrainyardError {
  override readonly code = 'redis_config_invalid';
  readonly faults: readonly RedisFinding[];
  constructor(faults: readonly RedisFinding[]) {
    super(`This Redis cannot be used: ${faults.map(({ text }) => text).join('; ')}`);
    this.faults = faults;
  }
}

/** Thrown when `redis-server` cannot be started, or does not answer within 20 s. */
export class RedisServerError extends TrainyardError {
  override readonly code = 'redis_server';
}

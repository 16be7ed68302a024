export { type EmbeddedRedis, EmbeddedRedisError, startRedis } from './embedded/redis.ts';

export { type EmbeddedRedis, EmbeddedRedisError, startRedis } from './embedded/redis.ts';
export {
  type SampleOptions,
  type SampleSummary,
  writeSampleCatalogue,
} from './sample/write-sample-catalogue.ts';

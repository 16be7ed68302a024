/** Setup file of the integration tests: Vitest executes it for each test file. */
import { afterAll } from 'vitest';
import { closeSharedRedis } from './shared-redis.ts';

afterAll(closeSharedRedis);

import { setTimeout as sleep } from 'node:timers/promises';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll } from 'vitest';
import {
  objectStoreContract,
  stateStoreContract,
} from '../../../packages/application/src/testing/contracts/index.ts';
import { newS3Store } from '../../../packages/storage/test/stores.ts';
import { openTestBackend } from '../../../packages/testing/src/redis/index.ts';
import type { S3TestServer } from '../../../packages/testing/src/s3-server/index.ts';
import { S3_IMAGE } from '../base-images.ts';

const DURABLE = [
  'redis-server',
  '--appendonly',
  'yes',
  '--appendfsync',
  'always',
  '--maxmemory-policy',
  'noeviction',
];
const REDIS_PORT = 6379;
const S3_PORT = 5000;

let redis: StartedTestContainer;
let s3: StartedTestContainer;
let server: S3TestServer;

beforeAll(async () => {
  const starting = [
    new GenericContainer('redis:7-bookworm').withCommand(DURABLE).withExposedPorts(REDIS_PORT).start(),
    new GenericContainer(S3_IMAGE)
      .withExposedPorts(S3_PORT)
      .withWaitStrategy(Wait.forLogMessage(/listening/))
      .start(),
  ] as const;
  [redis, s3] = await Promise.all(starting);
  const credentials = { accessKeyId: 'trainyard-test', secretAccessKey: 'trainyard-test-secret' };
  server = { endpoint: toUrl(s3, S3_PORT, 'http'), ...credentials, stop: async () => undefined };
});
afterAll(async () => {
  await Promise.all([redis?.stop(), s3?.stop()]);
});

stateStoreContract('Redis in a container', async ({ maxConcurrency }) => {
  await redis.exec(['redis-cli', 'flushall']);
  const backend = await openTestBackend({ url: toUrl(redis, REDIS_PORT, 'redis') }, maxConcurrency);
  return { ...backend, now: () => Date.now(), sleep: (ms) => sleep(ms) };
});
objectStoreContract('an S3 server in a container', () => newS3Store(server));

function toUrl(container: StartedTestContainer, port: number, scheme: string): string {
  return `${scheme}://127.0.0.1:${container.getMappedPort(port)}`;
}

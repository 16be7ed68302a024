import { PUBLIC_URL_LEASE_MS, type PublicUrlLease } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from './redis/keys.ts';
import { withStoreErrors } from './trainings/run-script.ts';

/** Renews only one's own: a place that was cleared, or taken by another, is not taken back. */
const RENEW_ADDRESS = `
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('pexpire', KEYS[1], ARGV[2])`;

/** The public address in one key that ends by itself when it is not renewed. */
export function createPublicAddress(redis: Redis, { publicAddress: key }: Keys): PublicUrlLease {
  return {
    read: () => withStoreErrors(async () => (await redis.get(key)) ?? undefined),
    acquire: (url) =>
      withStoreErrors(async () => (await redis.set(key, url, 'PX', PUBLIC_URL_LEASE_MS, 'NX', 'GET')) ?? url),
    renew: (url) =>
      withStoreErrors(async () => (await redis.eval(RENEW_ADDRESS, 1, key, url, PUBLIC_URL_LEASE_MS)) === 1),
    clear: () => withStoreErrors(async () => void (await redis.del(key))),
  };
}

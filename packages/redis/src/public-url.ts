import { PUBLIC_URL_LEASE_MS, type PublicUrlLease } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { withStoreErrors } from './redis/calls.ts';
import type { Keys } from './redis/keys.ts';
import { renewPublicUrl } from './scripts/training-scripts.ts';

/** The public URL of the tunnel: a key that expires unless its owner renews it (docs/adr/0012-tunnel-address-lease.md). */
export function createPublicUrlLease(redis: Redis, keys: Keys): PublicUrlLease {
  const key = keys.publicUrl;
  return {
    read: () => withStoreErrors(async () => (await redis.get(key)) ?? undefined),
    acquire: (url) =>
      withStoreErrors(async () => (await redis.set(key, url, 'PX', PUBLIC_URL_LEASE_MS, 'NX', 'GET')) ?? url),
    renew: (url) => withStoreErrors(() => renewPublicUrl(redis, keys, url, PUBLIC_URL_LEASE_MS)),
    clear: () => withStoreErrors(async () => void (await redis.del(key))),
  };
}

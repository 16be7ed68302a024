import { normalizeS3Address } from '@trainyard/domain';
import type { Deps } from '../deps.ts';

/**
 * Lists the buckets of image addresses that are not the bucket of the object store, without duplicates. Malformed addresses
 * have no bucket: they are reported and never read.
 */
export function listForeignBuckets(
  { objects, settings }: Pick<Deps, 'objects' | 'settings'>,
  urls: readonly string[],
): readonly string[] {
  const parseBucket = (url: string): readonly string[] => {
    try {
      return [normalizeS3Address(url, { customEndpoints: settings.customS3Endpoints }).bucket];
    } catch {
      return [];
    }
  };
  const own = parseBucket(objects.toUri('x'));
  return [...new Set(urls.flatMap(parseBucket))].filter((bucket) => !own.includes(bucket));
}

import {
  getBaseName,
  isImage,
  normalizeS3Address,
  parseS3Uri,
  S3AddressError,
  type SubjectKind,
} from '@trainyard/domain';
import type { Deps } from '../../../deps.ts';

type AddressDeps = Pick<Deps, 'objects' | 'settings'>;

/** An image address of the catalogue. */
export type ListedAddress = { readonly url: string; readonly name: string } & (
  | {
      readonly place: 'store';
      /** Key in this store; undefined for an object of the same bucket outside of the prefix of the store. */
      readonly key: string | undefined;
    }
  | { readonly place: 'other_bucket'; readonly bucket: string }
  | { readonly place: 'invalid'; readonly reason: string }
);

/** Parses an address of the catalogue. The name is in NFC. */
export function parseListedAddress({ objects, settings }: AddressDeps, url: string): ListedAddress {
  const base = objects.toUri('x').slice(0, -1);
  try {
    const { uri, bucket, key } = normalizeS3Address(url, { customEndpoints: settings.customS3Endpoints });
    const name = getBaseName(key).normalize('NFC');
    if (bucket !== parseS3Uri(`${base}x`).bucket) return { url, name, place: 'other_bucket', bucket };
    return { url, name, place: 'store', key: uri.startsWith(base) ? uri.slice(base.length) : undefined };
  } catch (error) {
    if (!(error instanceof S3AddressError)) throw error;
    return { url, name: getBaseName(url).normalize('NFC'), place: 'invalid', reason: error.reason };
  }
}

/** The image addresses of a subject. */
export interface SubjectAddresses {
  readonly kind: SubjectKind;
  readonly addresses: readonly ListedAddress[];
}

/** Images of the catalogue in a bucket that is not the bucket of the store. */
export interface OtherBucket {
  readonly bucket: string;
  readonly images: number;
  /** Numbers of actors and styles with such images. */
  readonly actors: number;
  readonly styles: number;
}

/** Counts the images of each other bucket. */
export function countOtherBuckets(subjects: readonly SubjectAddresses[]): readonly OtherBucket[] {
  const counts = new Map<string, OtherBucket>();
  for (const { kind, addresses } of subjects) {
    const buckets = addresses.flatMap((each) =>
      each.place === 'other_bucket' && isImage(each.name) ? [each.bucket] : [],
    );
    for (const bucket of new Set(buckets)) {
      const known = counts.get(bucket) ?? { bucket, images: 0, actors: 0, styles: 0 };
      counts.set(bucket, {
        bucket,
        images: known.images + buckets.filter((each) => each === bucket).length,
        actors: known.actors + Number(kind === 'actor'),
        styles: known.styles + Number(kind === 'style'),
      });
    }
  }
  return [...counts.values()];
}

import { parseS3Uri } from '../dataset/s3-address.ts';
import { S3AddressError } from '../errors.ts';
import { isReservedKey } from './key-template.ts';

/** A bucket, and the prefix in it that ends with `/` or is empty. */
export interface ModelPrefix {
  readonly bucket: string;
  readonly prefix: string;
}

/** The places of models: the allow list `MODEL_PREFIXES`, and the bucket and prefix of the object store. */
export interface ModelPlaces {
  readonly allowed: readonly ModelPrefix[];
  readonly store: ModelPrefix;
}

/** Parses an entry of `MODEL_PREFIXES`, `s3://bucket` or `s3://bucket/prefix`; undefined for any other text. */
export function parseModelPrefix(text: string): ModelPrefix | undefined {
  const trimmed = text.replace(/\/+$/, '');
  try {
    const { bucket, key } = parseS3Uri(`${trimmed}/x`);
    return { bucket, prefix: key.slice(0, -1) };
  } catch (error) {
    if (error instanceof S3AddressError) return undefined;
    throw error;
  }
}

/**
 * Whether an object may be a model by its place: below an allowed prefix, with the extension `.safetensors`, and not in
 * a folder of the object store that holds documents or images.
 */
export function isModelPlace(
  object: { readonly bucket: string; readonly key: string },
  { allowed, store }: ModelPlaces,
): boolean {
  if (!/\.safetensors$/i.test(object.key)) return false;
  const inStore = object.bucket === store.bucket && object.key.startsWith(store.prefix);
  if (inStore && isReservedKey(object.key.slice(store.prefix.length))) return false;
  return allowed.some(({ bucket, prefix }) => object.bucket === bucket && object.key.startsWith(prefix));
}

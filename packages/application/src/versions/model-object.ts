import {
  isModelPlace,
  type ModelPlaces,
  type ModelPrefix,
  OWN_OUTPUT_KEY,
  parseModelAddress,
  parseS3Uri,
  type Training,
  type TrainingIn,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { ModelNotVerifiedError } from './errors.ts';
import { listLookupKeys } from './model-keys.ts';

/** The ports that resolve the address of a model. */
export type ModelDeps = Pick<Deps, 'objects' | 'settings'>;

/** The object that an address names, or the reason why the address names none. */
export type ResolvedAddress =
  | { readonly kind: 'object'; readonly bucket: string; readonly key: string; readonly uri: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'invalid'; readonly fault: string };

/**
 * Resolves an address to an object. A key without a bucket is a key of the object store: with its prefix, as the
 * container received its `output_key`, or relative to the prefix.
 */
export function resolveModelAddress(deps: ModelDeps, address: string): ResolvedAddress {
  const parsed = parseModelAddress(address, { customEndpoints: deps.settings.customS3Endpoints });
  if (parsed.kind !== 'key') return parsed;
  const { bucket, prefix } = getStorePrefix(deps);
  const key = parsed.key.startsWith(prefix) ? parsed.key : `${prefix}${parsed.key}`;
  return resolveModelAddress(deps, `s3://${bucket}/${key}`);
}

/** The bucket and prefix of the object store. */
export function getStorePrefix({ objects }: Pick<Deps, 'objects'>): ModelPrefix {
  const { bucket, key } = parseS3Uri(objects.toUri('x'));
  return { bucket, prefix: key.slice(0, -1) };
}

/** The allowed places of models: `MODEL_PREFIXES`, by default the bucket of the object store. */
export function getModelPlaces(deps: ModelDeps): ModelPlaces {
  const store = getStorePrefix(deps);
  return { store, allowed: deps.settings.modelPrefixes ?? [{ bucket: store.bucket, prefix: '' }] };
}

/** The allowed places as text, as `MODEL_PREFIXES` lists them. */
function formatModelPlaces(deps: ModelDeps): string {
  return getModelPlaces(deps)
    .allowed.map(({ bucket, prefix }) => `s3://${bucket}/${prefix}`)
    .join(', ');
}

/**
 * Returns the `s3://` address of a verified model, the only address that is presigned or read. The place is checked
 * again, because `MODEL_PREFIXES` may have changed since the model was verified.
 * Throws ModelNotVerifiedError for any other model.
 */
export function getServableModelUri(deps: ModelDeps, training: TrainingIn<'completed'>): string {
  const { loraUrl, verified } = training.model;
  const resolved = resolveModelAddress(deps, loraUrl);
  if (verified && resolved.kind === 'object') {
    const isServable = isOwnKey(deps, training, resolved.uri) || isModelPlace(resolved, getModelPlaces(deps));
    if (isServable) return resolved.uri;
  }
  throw new ModelNotVerifiedError(loraUrl, formatModelPlaces(deps));
}

/**
 * Returns the `s3://` address of a picture that was recorded with the model of a training; undefined for every other
 * name. Throws ModelNotVerifiedError when the place of the model is no longer allowed.
 */
export function getServablePictureUri(deps: ModelDeps, training: Training, name: string): string | undefined {
  if (training.status !== 'completed') return undefined;
  if (!training.model.pictures?.some((picture) => picture.name === name)) return undefined;
  const uri = getServableModelUri(deps, training);
  return `${uri.slice(0, uri.lastIndexOf('/') + 1)}${name}`;
}

/** Whether the attempt was given this object, as its output key or by `OUTPUT_LOOKUP`. */
function isOwnKey(deps: ModelDeps, training: Training, uri: string): boolean {
  const attempt = 'attempt' in training ? training.attempt : undefined;
  if (!attempt) return false;
  const keyed = { id: training.id, request: training.request, attempt };
  return listLookupKeys(keyed, [OWN_OUTPUT_KEY, ...deps.settings.outputLookup]).some(
    (key) => deps.objects.toUri(key) === uri,
  );
}

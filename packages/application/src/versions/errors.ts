import { defineError } from '../define-error.ts';

/**
 * Thrown when a model is requested that no check has shown to be the training's own: its address is only a text that a
 * container or an import gave.
 */
export class ModelNotVerifiedError extends defineError(
  'model_not_verified',
  (address: string, prefixes: string) => ({
    message: `The model at ${address} is not verified: Trainyard serves only a training's own output key, a match of OUTPUT_LOOKUP, or a new .safetensors file below MODEL_PREFIXES (${prefixes})`,
    address,
  }),
) {}

/** Thrown when an unverified version is to be marked good without the confirmation `unverified: true`. */
export class VersionNotVerifiedError extends defineError(
  'model_not_verified',
  (versionName: string, address: string | undefined) =>
    `The model of version ${versionName} (${address ?? 'no address'}) is not verified; check it yourself and repeat the request with "unverified": true`,
) {}

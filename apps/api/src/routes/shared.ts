import { listForeignBuckets } from '@trainyard/application';
import { lineSchema, subjectIdSchema } from '@trainyard/contracts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { includesScope } from '../access/keys.ts';
import { ForbiddenError } from '../problems/errors.ts';
import type { ApiDeps } from '../server/options.ts';

/** Path with an id. Trainings are found by each of their ids. */
export const idParamsSchema = z.object({ id: lineSchema.min(1).max(256) });

/** Path with the id of an actor or a style. */
export const subjectParamsSchema = z.object({ id: subjectIdSchema });

/** Codes of operations on a training. */
export const TRAINING_ERRORS = ['training_not_found', 'training_unreadable'] as const;

/** Codes of operations that read the catalogue, manifests or images. */
export const STORE_ERRORS = [
  'catalogue_entry_unreadable',
  'subject_ambiguous',
  'corrupt_document',
  'object_store_unavailable',
  'object_store_refused',
] as const;

/** Codes of operations that send a picture. */
export const PICTURE_ERRORS = ['picture_not_found', 'picture_unusable', 'pictures_busy'] as const;

/** The errors of inputs that name a subject: preview and accept. */
export const INPUT_ERRORS = [
  ...STORE_ERRORS,
  'subject_not_found',
  'selection_set_not_found',
  'trigger_required',
  'dataset_refused',
  'version_name_taken',
] as const;

/** The errors of accept. */
export const ACCEPT_ERRORS = [
  ...INPUT_ERRORS,
  'subject_busy',
  'budget_exceeded',
  'price_unknown',
  'recover_required',
  'storage_full',
] as const;

/** Codes of operations that write documents by compare-and-swap. */
export const STORE_WRITE_ERRORS = [...STORE_ERRORS, 'precondition_failed'] as const;

/**
 * Requires scope write to inspect images outside the bucket of the object store: the report would otherwise show a reader
 * which objects exist in every bucket that the keys of the server can read. Throws ForbiddenError.
 */
export function requireWriteForForeignBuckets(
  { apiKey }: Pick<FastifyRequest, 'apiKey'>,
  deps: Pick<ApiDeps, 'objects' | 'settings'>,
  images: readonly string[] = [],
): void {
  if (!apiKey || includesScope(apiKey.scope, 'write')) return;
  const [bucket] = listForeignBuckets(deps, images);
  if (bucket !== undefined)
    throw new ForbiddenError(
      'write',
      `Bucket ${bucket} is not the bucket of the object store. Its inspection`,
    );
}

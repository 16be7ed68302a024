import { listForeignBuckets } from '@trainyard/application';
import { lineSchema, problemSchema, subjectIdSchema } from '@trainyard/contracts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { includesScope } from '../access/keys.ts';
import { ForbiddenError } from '../problems/errors.ts';
import type { ApiDeps } from '../server/options.ts';

/** Path with an id. Trainings are found by each of their ids. */
export const idParamsSchema = z.object({ id: lineSchema.min(1).max(256) });

/** Path with the id of an actor or a style. */
export const subjectParamsSchema = z.object({ id: subjectIdSchema });

/** Error responses of every route. */
export const problemResponses = { '4xx': problemSchema, '5xx': problemSchema } as const;

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

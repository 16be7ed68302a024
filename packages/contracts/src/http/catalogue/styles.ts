import { z } from 'zod';
import { pageQueryShape } from '../fields.ts';
import { subjectQueryShape } from './query.ts';

/** `GET /api/styles`. All come at once unless a limit is given. */
export const styleListQuerySchema = z.strictObject({
  ...subjectQueryShape,
  sort: z.enum(['catalogue', 'id', 'name']).optional(),
  ...pageQueryShape,
});

/** A style of the catalogue. */
export const styleViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  poster: z.string().nullable(),
  trigger: z.string().nullable(),
  custom_models_good: z.boolean(),
});
export type StyleView = z.infer<typeof styleViewSchema>;

export const stylePageSchema = z.object({
  styles: z.array(styleViewSchema),
  total: z.number().int(),
  next_cursor: z.string().nullable(),
});

/** `GET /api/styles/:id`: with what its history says. */
export const styleDetailSchema = styleViewSchema.extend({
  live_training_id: z.string().nullable(),
  version_count: z.number().int(),
  good_version: z.string().nullable().describe('Its name.'),
  selection_set_count: z.number().int(),
});

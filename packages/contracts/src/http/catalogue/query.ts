import { z } from 'zod';
import { queryFlagSchema } from '../fields.ts';

/** What actors and styles can both be searched by. */
export const subjectQueryShape = {
  q: z
    .string()
    .trim()
    .min(1)
    .max(256)
    .optional()
    .describe('Words that all stand in id, name or description.'),
  has_good_model: queryFlagSchema.optional(),
  order: z.enum(['asc', 'desc']).optional(),
};

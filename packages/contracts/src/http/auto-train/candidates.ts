import { z } from 'zod';
import { queryFlagSchema } from '../fields.ts';

/** Why an actor is left out: a word for programs, and one for people. */
export const skipReasonSchema = z.object({ code: z.string(), message: z.string() });

export const candidatesQuerySchema = z.strictObject({ include_unreviewed: queryFlagSchema.optional() });

export const candidateSchema = z.object({
  actor_id: z.string(),
  name: z.string(),
  image_count: z.number().int(),
  eligible: z.boolean(),
  reasons: z.array(skipReasonSchema),
});

/** `GET /api/auto-train/candidates`: every actor with the verdict (SPEC §8). */
export const candidatesSchema = z.object({
  candidates: z.array(candidateSchema),
  eligible_count: z.number().int(),
});

import { z } from 'zod';
import { importedVersionCountSchema } from '../catalogue/versions.ts';
import { prioritySchema, queryFlagSchema } from '../fields.ts';
import { findingSchema } from '../problem.ts';

/** Reason why auto-train skips an actor: a stable code for programs and a message for readers. */
export const skipReasonSchema = z.object({ code: z.string(), message: z.string() });

/** Query of `GET /api/auto-train/candidates`. */
export const candidatesQuerySchema = z.strictObject({ include_unreviewed: queryFlagSchema.optional() });

/** Actor that auto-train considers, with the reasons that make it ineligible. */
export const candidateSchema = z.object({
  actor_id: z.string(),
  catalogue_id: z.string().describe('Id as the catalogue spells it.'),
  name: z.string(),
  image_count: z.number().int(),
  eligible: z.boolean(),
  reasons: z.array(skipReasonSchema),
  imported_version_count: importedVersionCountSchema,
  dataset_unchecked: z
    .boolean()
    .describe(
      'True for an eligible actor without a current dataset report; it is checked at dispatch at the latest.',
    ),
  findings: z.array(findingSchema).describe('Findings of the current dataset report.'),
});

/** Response of `GET /api/auto-train/candidates`: every actor, eligible or not (docs/concepts/auto-train.md). */
export const candidatesSchema = z.object({
  candidates: z.array(candidateSchema),
  eligible_count: z.number().int(),
  default_limit: z.number().int().describe('The limit that forms offer: AUTO_TRAIN_LIMIT, else 2.'),
  rules: z
    .array(
      z.object({
        code: z.string(),
        text: z.string(),
        met: z.string().describe('Text of the rule for an actor that meets it.'),
        label: z.string().describe('Short name of the broken rule, for filters.'),
      }),
    )
    .describe('Rules of eligibility: the codes of `reasons`, and their texts.'),
  orders: z
    .array(z.object({ priority: prioritySchema, text: z.string() }))
    .describe('Priorities that forms offer, the default first. A lower number is dispatched earlier.'),
});
/** Every actor with its eligibility. */
export type CandidatesView = z.infer<typeof candidatesSchema>;

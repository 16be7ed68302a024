import { z } from 'zod';
import { headerSchema, isLine, jsonObjectSchema, keyNameSchema, lineSchema } from './text.ts';

/** Id of an actor or a style, 1 to 128 characters. */
export const subjectIdSchema = keyNameSchema();
/** Name of a version, such as `V7`, 1 to 128 characters. */
export const versionNameSchema = keyNameSchema();
/** Name of a file without its folder, 1 to 128 characters. */
export const fileNameSchema = keyNameSchema();

/** Kind of a subject. */
export const subjectKindSchema = z.enum(['actor', 'style']);
/** Kind of a subject in the legacy API. */
export const trainingModeSchema = z.enum(['custom-actors', 'custom-styles']);

/** Rules that pick hyperparameters (docs/concepts/hyperparameters.md). */
export const policySchema = z.enum(['image-count', 'flux-presets', 'style-guide', 'actor-tab']);
/** Policy in a response. A training that a later version accepted may have a policy that this version does not know. */
export const storedPolicySchema = z.string().meta({ enum: [...policySchema.options] });
/** Verdict of a person about a model. */
export const verdictSchema = z
  .enum(['good', 'not_good'])
  .nullable()
  .describe('Verdict of a person about the model; null without a verdict.');

/** Time as ISO 8601 in UTC. */
export const isoTimeSchema = z.iso.datetime();

/** Priority of a training, 1 to 2 097 151; lower numbers run first. 0 is refused: BullMQ runs it before every other job. */
export const prioritySchema = z.number().int().min(1).max(2_097_151);

/**
 * Hyperparameters by name. Each value is checked against the bounds of the ComfyUI nodes (docs/concepts/hyperparameters.md).
 */
export const hyperparameterValuesSchema = z.record(
  lineSchema,
  z.union([z.number(), lineSchema, z.boolean()]),
);

/** Inputs of single workflow nodes that replace the built values, for example `{"109": {"batch_size": 4}}`. */
export const workflowOverridesSchema = z.record(lineSchema, jsonObjectSchema);

/** Budget in USD: above 0, at most 1 000 000. */
export const budgetUsdSchema = z.number().positive().max(1_000_000);

/** Label of a caller, such as `user_id`: stored, passed on to the container and usable as a filter. */
export const labelSchema = lineSchema.min(1).max(256);

/** Absolute http or https URL of at most 2 048 characters. */
export const httpUrlSchema = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2_048)
  .refine(isLine, 'must not contain control characters or lone surrogates');

/** Boolean in a query string: `true` or `false`. */
export const queryFlagSchema = z.enum(['true', 'false']).transform((text) => text === 'true');

/** List of texts in a query string: the parameter repeated, or its values separated by commas. */
export const queryWordsSchema = z
  .union([lineSchema.max(512), z.array(lineSchema.max(512)).max(32)])
  .transform((words) => [words].flat().flatMap((each) => each.split(',')))
  .pipe(z.array(z.string().trim().min(1)).min(1));

/** Page of a list: its length, and the cursor that the page before returned as `next_cursor`. */
export const pageQueryShape = {
  limit: z.coerce.number().int().min(1).max(500).optional(),
  cursor: lineSchema.min(1).max(512).optional(),
};

/** Header that makes a POST safe to repeat. */
export const idempotencyHeadersSchema = z.looseObject({
  'idempotency-key': headerSchema
    .min(1)
    .max(255)
    .optional()
    .describe(
      'A repeated request with the same key and body receives the saved response of the first. Kept for 24 h.',
    ),
});

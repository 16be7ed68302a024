import { z } from 'zod';
import { policySchema, subjectKindSchema } from '../fields.ts';

const fieldSchema = z.object({
  name: z.string().describe('Key in `hyperparameters` of a request.'),
  label: z.string(),
  group: z.string().describe('Name of a group in `groups`.'),
  bound: z.object({
    type: z.enum(['integer', 'number', 'choice', 'boolean']),
    min: z.number().nullable(),
    max: z.number().nullable().describe('Null without an upper bound.'),
    text: z.string().describe('The bound in words.'),
  }),
  choices: z.array(z.string()).nullable().describe('Allowed values of a choice; null for every other type.'),
  text: z.string().describe('Meaning and effect of the value.'),
});

const rowSchema = z.object({
  name: z.string().nullable().describe('Preset; null for a policy without presets.'),
  kind: subjectKindSchema.nullable().describe('Kind that the row applies to; null for both.'),
  min_images: z.number().int(),
  max_images: z.number().int().nullable().describe('Null without an upper limit.'),
  images: z.string().describe('The range of image counts in words.'),
  values: z
    .record(z.string(), z.union([z.number(), z.string()]))
    .describe('Proposed values by field. A value that depends on others is a rule in words.'),
  text: z.string(),
});

const policyDescriptionSchema = z.object({
  name: policySchema,
  summary: z.string(),
  origin: z.string().describe('Source of the rule.'),
  rows: z.array(rowSchema).describe('For each kind and image count exactly one row applies.'),
});

/** Response of `GET /api/hyperparameters`: the fields and the policies that a form shows (docs/concepts/hyperparameters.md). */
export const hyperparametersSchema = z.object({
  groups: z
    .array(z.object({ name: z.string(), label: z.string() }))
    .describe('Groups in the order of a form; `core` is shown first, the others on demand.'),
  fields: z.array(fieldSchema).describe('Fields in the order of a form.'),
  policies: z.array(policyDescriptionSchema),
  defaults: z
    .object({ actor: policySchema, style: policySchema, style_form: policySchema })
    .describe('Policy of requests without one, by kind, and the policy that a form for styles selects.'),
});
/** Fields and policies that a form shows. */
export type HyperparametersView = z.infer<typeof hyperparametersSchema>;

import { z } from 'zod';
import { isoTimeSchema, queryFlagSchema, subjectKindSchema } from '../fields.ts';
import { warningSchema } from './preview.ts';
import { coarseStatusSchema, failureSchema, trainingStatusSchema } from './status.ts';

/** How far a run has come; null is what its container did not report. */
export const progressSchema = z.object({
  step: z.number(),
  total_steps: z.number(),
  loss: z.number().nullable(),
  /** Steps per second. */
  rate: z.number().nullable(),
  /** Null until the pace is stable, and while the run is silent. */
  remaining: z.object({ seconds: z.number(), range_seconds: z.tuple([z.number(), z.number()]) }).nullable(),
  /** When the step was reported. */
  reported_at: isoTimeSchema.nullable(),
});

export const attentionSchema = z.object({ reason: z.string(), since: isoTimeSchema });

export const modelSchema = z.object({
  lora_url: z.string(),
  size_bytes: z.number().nullable(),
  sha256: z.string().nullable(),
});

const identityShape = {
  id: z.string(),
  rev: z.number().int().describe('Grows with every change; a lower one is older.'),
  status: trainingStatusSchema,
  coarse_status: coarseStatusSchema,
  kind: subjectKindSchema,
  subject_id: z.string(),
  version_name: z.string().nullable(),
  model_name: z.string().nullable(),
  job_id: z.string(),
  request_id: z.string().nullable(),
  runpod_job_id: z.string().nullable(),
  batch_id: z.string().nullable(),
  retry_of: z.string().nullable(),
  source: z.enum(['person', 'auto_train', 'retry']),
  user_id: z.string(),
  tenant_id: z.string(),
};

const inputsShape = {
  policy: z.string(),
  preset: z.string().nullable(),
  hyperparameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  trigger: z.string(),
  description: z.string().nullable(),
  selection_set_id: z.number().nullable(),
  image_count: z.number().int(),
  template: z.object({ name: z.string(), hash: z.string() }),
  warnings: z.array(warningSchema).describe('Noteworthy in parameters and data, and no reason to refuse it.'),
  priority: z.number().int(),
};

const lifecycleShape = {
  attempt: z.number().int().nullable().describe('Number of the present or last attempt.'),
  attempts_spent: z.number().int(),
  max_attempts: z.number().int(),
  progress: progressSchema.nullable(),
  needs_attention: attentionSchema.nullable(),
  reason: z.string().nullable().describe('Why it waits again, or why its run is in doubt.'),
  not_before: isoTimeSchema.nullable(),
  attempt_deadline: isoTimeSchema.nullable(),
  cancel_requested: z.object({ at: isoTimeSchema, by: z.string() }).nullable(),
};

const outcomeShape = {
  model: modelSchema.nullable(),
  failure: failureSchema.nullable(),
  cost_usd: z
    .number()
    .nullable()
    .describe('What all its runs came to, as far as it is known: a lower bound, by execution time.'),
  cost_assumed_usd: z.number().describe('What stands for runs whose cost nobody told.'),
  cost_unknown_runs: z.number().int().describe('Runs whose cost nobody told: lost, or without a price.'),
  execution_seconds: z.number().nullable(),
};

const budgetShape = {
  budget_usd: z.number().nullable(),
  on_budget: z.enum(['hold', 'reject']).nullable(),
  reserved_usd: z.number().nullable().describe('Set aside for its next or present run.'),
  expected_usd: z.number().nullable().describe('What one run was expected to cost.'),
  hold: z
    .object({ of: z.enum(['training', 'batch']), reason: z.string(), since: isoTimeSchema })
    .nullable()
    .describe('A budget that keeps it from its turn.'),
};

const timesShape = {
  estimated_end: isoTimeSchema.nullable(),
  accepted_at: isoTimeSchema,
  changed_at: isoTimeSchema,
  submitted_at: isoTimeSchema.nullable(),
  started_running_at: isoTimeSchema.nullable(),
  ended_at: isoTimeSchema.nullable(),
};

/** A training as the API shows it (SPEC §5.1). What is not known, or not yet, is null. */
export const trainingViewSchema = z.object({
  ...identityShape,
  ...inputsShape,
  ...lifecycleShape,
  ...outcomeShape,
  ...budgetShape,
  ...timesShape,
});
export type TrainingView = z.infer<typeof trainingViewSchema>;

/** `GET /api/trainings/:id`: with everything that was frozen at accept. */
export const trainingDetailSchema = trainingViewSchema.extend({
  images: z.array(z.string()),
  sample_prompts: z.array(z.string()),
  validation: z.boolean(),
  workflow_overrides: z.record(z.string(), z.record(z.string(), z.unknown())).nullable(),
  own_workflow: z.boolean().describe('Whether the caller gave a whole workflow of its own.'),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  pruned_at: isoTimeSchema
    .nullable()
    .describe('Since then only a summary is kept: no images, no inputs, no events.'),
});
export type TrainingDetail = z.infer<typeof trainingDetailSchema>;

/** `GET /api/trainings/:id/model`: leads to the download, or with `link=true` tells of it. */
export const modelQuerySchema = z.strictObject({ link: queryFlagSchema.optional() });

export const modelLinkSchema = z.object({
  url: z.string().describe('On this host where it begins with a slash.'),
  file_name: z.string(),
  size_bytes: z.number().int().nullable(),
  expires_at: isoTimeSchema.nullable(),
});

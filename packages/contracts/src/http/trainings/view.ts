import { z } from 'zod';
import { failureClassSchema } from '../../documents/fields.ts';
import { isoTimeSchema, storedPolicySchema, subjectKindSchema } from '../fields.ts';
import { warningSchema } from './checks.ts';

/** States of a training, in the order of its lifecycle (docs/concepts/lifecycle.md). */
export const trainingStatusSchema = z.enum([
  'queued',
  'submitting',
  'unconfirmed',
  'submitted',
  'running',
  'cancelling',
  'finalizing',
  'completed',
  'failed',
  'timed_out',
  'cancelled',
]);
/** State of a training. */
export type TrainingStatus = z.infer<typeof trainingStatusSchema>;

/** Coarse status of the legacy tools; a projection of the state. */
export const coarseStatusSchema = z.enum(['pending', 'training', 'completed', 'failed', 'cancelled']);

/** Number of trainings of each coarse status. */
export const coarseStatusCountsSchema = z.object({
  pending: z.number().int(),
  training: z.number().int(),
  completed: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
});

/** Reason why a training ended without a model. */
export const failureSchema = z.object({
  class: failureClassSchema,
  code: z.string(),
  message: z.string(),
});

/** Progress of a run. A value that the container does not report is null. */
export const progressSchema = z.object({
  step: z.number(),
  total_steps: z.number(),
  loss: z.number().nullable(),
  /** Steps per second. */
  rate: z.number().nullable(),
  /** Estimate with its range. Null until the pace is stable, and while the run reports no progress. */
  remaining: z.object({ seconds: z.number(), range_seconds: z.tuple([z.number(), z.number()]) }).nullable(),
  remaining_withheld: z
    .enum(['not_stable', 'silent'])
    .nullable()
    .describe(
      'Why a running training has no remaining time: its pace is not measured yet, or the container stopped reporting.',
    ),
  /** Time when the step was reported. */
  reported_at: isoTimeSchema.nullable(),
});

/** Mark of a training that needs an operator. A change of state clears it. */
export const attentionSchema = z.object({ reason: z.string(), since: isoTimeSchema });

/** Model of a completed training. */
export const modelSchema = z.object({
  lora_url: z.string(),
  verified: z
    .boolean()
    .describe(
      'Whether the training may have written the object and it exists. An unverified address is a text from the container; it is not served.',
    ),
  size_bytes: z.number().nullable(),
  sha256: z.string().nullable(),
  file_name: z.string().describe('Readable name of the file, which a download has.'),
});

/** Why a training has not started: a stable code, its place, the time at which the cause ends by itself, and a text for readers. */
export const waitingSchema = z.object({
  code: z.enum([
    'slot',
    'paused',
    'gate',
    'budget',
    'hold',
    'retry',
    'backoff',
    'object_store',
    'recover_required',
  ]),
  position: z
    .number()
    .int()
    .min(1)
    .nullable()
    .describe(
      'Position in the queue, 1 is next; null while unknown, and for a training that a budget holds or that is delayed.',
    ),
  until: isoTimeSchema.nullable(),
  text: z.string(),
});

/** Origin of a training: a request, an auto-train run, or the retry of an ended training. */
export const trainingSourceSchema = z.enum(['person', 'auto_train', 'retry']);

const identityShape = {
  id: z.string(),
  rev: z.number().int().describe('Revision. It grows with every change; the higher of two is newer.'),
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
  source: trainingSourceSchema,
  user_id: z.string(),
  tenant_id: z.string(),
};

const inputsShape = {
  policy: storedPolicySchema,
  preset: z.string().nullable(),
  hyperparameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  trigger: z.string(),
  description: z.string().nullable(),
  selection_set_id: z.number().nullable(),
  image_count: z.number().int(),
  template: z.object({ name: z.string(), hash: z.string() }),
  warnings: z
    .array(warningSchema)
    .describe('Warnings about hyperparameters and dataset that do not refuse the training.'),
  priority: z.number().int(),
};

const lifecycleShape = {
  attempt: z.number().int().nullable().describe('Number of the current or last attempt.'),
  output_key: z
    .string()
    .nullable()
    .describe('Key of the model of this attempt in the object store, relative to its prefix.'),
  attempts_spent: z.number().int(),
  max_attempts: z.number().int(),
  progress: progressSchema.nullable(),
  needs_attention: attentionSchema.nullable(),
  reason: z.string().nullable().describe('Why the training is queued, or why its run is unconfirmed.'),
  waiting: waitingSchema
    .nullable()
    .describe('Why a queued training has not started; null in every other status.'),
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
    .describe('Known cost of all runs, computed from their execution times: a lower bound.'),
  cost_assumed_usd: z.number().describe('Estimated cost of runs whose actual cost is unknown.'),
  cost_unknown_runs: z
    .number()
    .int()
    .describe('Number of runs without a known cost: lost runs, and runs without a price.'),
  execution_seconds: z.number().nullable(),
  usd_per_second: z
    .number()
    .nullable()
    .describe('GPU price of the active attempt; null without an active attempt or a known price.'),
};

const budgetShape = {
  budget_usd: z.number().nullable(),
  on_budget: z.enum(['hold', 'reject']).nullable(),
  reserved_usd: z.number().nullable().describe('Budget reserved for the next or current run.'),
  expected_usd: z.number().nullable().describe('Estimated cost of one run.'),
  hold: z
    .object({ of: z.enum(['training', 'batch']), reason: z.string(), since: isoTimeSchema })
    .nullable()
    .describe('Budget that holds the training in the queue.'),
};

const timesShape = {
  estimated_end: isoTimeSchema.nullable(),
  accepted_at: isoTimeSchema,
  changed_at: isoTimeSchema,
  submitted_at: isoTimeSchema.nullable(),
  started_running_at: isoTimeSchema.nullable(),
  first_step_at: isoTimeSchema.nullable(),
  ended_at: isoTimeSchema.nullable(),
};

/** Training as lists and most responses show it. A value that is unknown, or not known yet, is null. */
export const trainingViewSchema = z.object({
  ...identityShape,
  ...inputsShape,
  ...lifecycleShape,
  ...outcomeShape,
  ...budgetShape,
  ...timesShape,
});
/** Training as lists and most responses show it. */
export type TrainingView = z.infer<typeof trainingViewSchema>;

import { z } from 'zod';
import {
  budgetUsdSchema,
  isoTimeSchema,
  labelSchema,
  pageQueryShape,
  policySchema,
  prioritySchema,
  storedPolicySchema,
  subjectIdSchema,
} from '../fields.ts';
import { textSchema } from '../text.ts';
import { checksSchema } from '../trainings/checks.ts';
import { priceSchema } from '../trainings/preview.ts';
import { coarseStatusCountsSchema, trainingViewSchema, waitingSchema } from '../trainings/view.ts';
import { skipReasonSchema } from './candidates.ts';

/** A prompt that the trainer reads as a whole: it splits at `|`, and drops comments and options. */
const samplePromptSchema = textSchema
  .min(1)
  .max(2_000)
  .refine(
    (prompt) => !/[|\r\n]|(^|\s)--|^\s*(#|$)/.test(prompt),
    'must be text without "|", line breaks, a leading "#" or " --"',
  );

/** Sample pictures of the trainings that a run or a schedule enqueues. */
export const picturesShape = {
  validation: z
    .boolean()
    .optional()
    .describe('Whether each training ends with sample pictures; true if sample_prompts are given.'),
  sample_prompts: z
    .array(samplePromptSchema)
    .max(16)
    .optional()
    .describe('Prompts of the sample pictures; {trigger} is replaced by the trigger of each actor.'),
};

const orderShape = {
  limit: z.number().int().min(1).max(1_000_000).optional(),
  actor_ids: z.array(subjectIdSchema).min(1).max(100_000).optional(),
  confirmed_actor_ids: z
    .array(subjectIdSchema)
    .max(100_000)
    .optional()
    .describe('The actors of a confirmed dry run: an actor that became eligible since is not trained.'),
  policy: storedPolicySchema.optional(),
  priority: prioritySchema.optional(),
  budget_usd: budgetUsdSchema.optional(),
  include_unreviewed: z.boolean().optional(),
  all: z.boolean().optional().describe('Every eligible actor, whatever AUTO_TRAIN_LIMIT is.'),
  ...picturesShape,
};

/**
 * Body of `POST /api/auto-train/runs`. It names `limit`, `actor_ids`, `budget_usd` or `all: true`, unless it is a dry run
 * or `AUTO_TRAIN_LIMIT`, the default of `limit`, is set.
 */
export const autoTrainRequestSchema = z.strictObject({
  ...orderShape,
  policy: policySchema.optional(),
  dry_run: z.boolean().optional(),
});

const usdSchema = z.number().nullable().describe('Null when the GPU has no known price.');

/** Inputs and estimate of the training of one actor. */
export const plannedTrainingSchema = z.object({
  policy: storedPolicySchema,
  preset: z.string().nullable(),
  trigger: z.string(),
  image_count: z.number().int(),
  hyperparameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  duration_seconds: z.number().describe('Estimate without the time in the queue.'),
  cost_usd: usdSchema,
});

/** An actor that a run skips, with the reasons. */
export const skippedActorSchema = z.object({
  actor_id: z.string(),
  name: z.string(),
  reasons: z.array(skipReasonSchema),
});

const rangeSchema = z.tuple([z.number(), z.number()]);

/** Estimate of the trainings of a run as a whole. */
const runEstimateSchema = z.object({
  count: z.number().int(),
  total_seconds: z.number().describe('Sum over all trainings: the GPU time.'),
  total_range_seconds: rangeSchema,
  duration_seconds: z
    .number()
    .describe('Estimated time until the last training ends, if all slots of the concurrency limit are free.'),
  duration_range_seconds: rangeSchema,
  max_concurrency: z.number().int(),
  last_end_at: isoTimeSchema
    .nullable()
    .describe(
      'Estimated end of the last training, behind all live and queued trainings; null while none starts.',
    ),
  cost_usd: usdSchema,
  cost_range_usd: rangeSchema.nullable(),
  price: priceSchema.nullable(),
});

/**
 * Response of `POST /api/auto-train/runs`: the enqueued (or, in a dry run, the planned) actors and the skipped ones with
 * reasons.
 */
export const autoTrainRunSchema = z.object({
  id: z.string().nullable().describe('Null in a dry run, which saves no batch.'),
  dry_run: z.boolean(),
  considered: z.number().int(),
  enqueued: z.array(
    z.object({
      actor_id: z.string(),
      name: z.string(),
      planned: plannedTrainingSchema,
      training: trainingViewSchema.nullable(),
    }),
  ),
  skipped: z.array(skippedActorSchema),
  order: z.object(orderShape).describe('The request with its defaults.'),
  eligible_count: z
    .number()
    .int()
    .describe('Eligible actors, those beyond the limit or the budget of the run included.'),
  estimate: runEstimateSchema,
  checks: checksSchema
    .nullable()
    .describe('Conditions of the start in a dry run; null in the response to a started run.'),
  waiting: waitingSchema
    .omit({ position: true })
    .nullable()
    .describe('Why no training starts at present, for example a pause; null while trainings start.'),
});
/** Enqueued and skipped actors of an auto-train run. */
export type AutoTrainRunView = z.infer<typeof autoTrainRunSchema>;

/** Summary of a batch, with the fields of the legacy tools. */
export const autoTrainSummarySchema = z.object({
  processed: z.number().int(),
  successful: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
  cost_usd: usdSchema,
  cost_assumed_usd: z.number().describe('Estimated cost of runs whose actual cost is unknown.'),
  cost_unknown_runs: z.number().int(),
  execution_seconds: z.number(),
  duration_seconds: z
    .number()
    .describe('From the creation of the batch to the end of its last ended training.'),
});

/** Batch of an auto-train run as lists show it. The summary is null until the batch has ended. */
export const autoTrainBatchSchema = z.object({
  id: z.string(),
  status: z.enum(['enqueuing', 'open', 'ended']),
  created_at: isoTimeSchema,
  tick_at: isoTimeSchema
    .nullable()
    .describe('Tick of the schedule that started the batch; null for a manual batch.'),
  order: z.object(orderShape),
  considered: z.number().int(),
  enqueued_count: z.number().int(),
  skipped_count: z.number().int(),
  cancel_requested: z.object({ at: isoTimeSchema, by: z.string(), keep_running: z.boolean() }).nullable(),
  summary: autoTrainSummarySchema.nullable(),
});
/** Batch of an auto-train run as lists show it. */
export type AutoTrainBatchView = z.infer<typeof autoTrainBatchSchema>;

/** Query of `GET /api/auto-train/runs`. */
export const autoTrainListQuerySchema = z.strictObject(pageQueryShape);

/** Response of `GET /api/auto-train/runs`, newest first. */
export const autoTrainPageSchema = z.object({
  runs: z.array(autoTrainBatchSchema),
  next_cursor: z.string().nullable(),
});

/** Response of `GET /api/auto-train/runs/:id`: the progress of a batch. The summary is final once `done` is true. */
export const autoTrainProgressSchema = autoTrainBatchSchema.extend({
  done: z.boolean(),
  total: z.number().int(),
  by_status: coarseStatusCountsSchema,
  summary: autoTrainSummarySchema,
  trainings: z.array(trainingViewSchema),
  skipped: z.array(skippedActorSchema),
});
/** Progress of a batch with its trainings. */
export type AutoTrainProgressView = z.infer<typeof autoTrainProgressSchema>;

/** Body of `POST /api/auto-train/runs/:id/cancel`. `by` names the caller in the events. */
export const autoTrainCancelSchema = z.strictObject({
  by: labelSchema.optional(),
  keep_running: z.boolean().optional().describe('Cancels only queued trainings; active ones finish.'),
});

/** Body of `PATCH /api/auto-train/runs/:id`: the new priority of the queued trainings of the batch. */
export const autoTrainPatchSchema = z.strictObject({ priority: prioritySchema });

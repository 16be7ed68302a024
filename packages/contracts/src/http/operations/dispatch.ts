import { z } from 'zod';
import { budgetUsdSchema, isoTimeSchema, subjectKindSchema } from '../fields.ts';
import { textSchema } from '../text.ts';
import { trainingSourceSchema, trainingStatusSchema, waitingSchema } from '../trainings/view.ts';

/** Exhausted budget that stops dispatch, and the time when its period ends. */
export const budgetStopSchema = z.object({ reason: z.string(), opens_at: isoTimeSchema.nullable() });

/** Dispatch control: concurrency limit, pause, gate and budget (docs/operations/pause-and-limits.md). */
export const dispatchControlSchema = z.object({
  max_concurrency: z.number().int(),
  paused: z.boolean(),
  reason: z.string().nullable(),
  gate: z.object({ reason: z.string(), since: isoTimeSchema }).nullable(),
  budget: budgetStopSchema.nullable().describe('Exhausted budget that stops dispatch.'),
});
/** Dispatch control: concurrency limit, pause, gate and budget. */
export type DispatchControlView = z.infer<typeof dispatchControlSchema>;

/** Alarm: a fault that needs an operator, because Trainyard does not act on it. `code` is stable. */
const alarmSchema = z.object({
  code: z.enum([
    'endpoint_runs_unknown',
    'live_attempt_without_active_job',
    'catalogue_entry_unreadable',
    'catalogue_ambiguous',
    'object_info_unreadable',
    'recover_required',
  ]),
  since: isoTimeSchema,
  /** Numbers and ids of the last reading; the fields depend on the code. */
  detail: z.record(z.string(), z.unknown()),
});

/** Response of `GET /api/dispatch` and `PUT /api/dispatch`: the dispatch control and the active alarms. */
export const dispatchSchema = dispatchControlSchema.extend({
  redis: z
    .object({ reason: z.string() })
    .nullable()
    .describe('Why Redis refuses writes although it answers reads; null while it accepts them.'),
  object_store: z
    .object({ reason: z.string(), since: isoTimeSchema })
    .nullable()
    .describe(
      'Fault of the object store in its own words, as the last calls of any process met it; null without a fault.',
    ),
  alarms: z.array(alarmSchema),
});
/** Dispatch control with the active alarms. */
export type DispatchView = z.infer<typeof dispatchSchema>;

/** Body of `PUT /api/dispatch`. Absent fields stay unchanged; `gate: null` opens the gate. */
export const dispatchChangeSchema = z
  .strictObject({
    max_concurrency: z.number().int().min(1).max(1_000).optional(),
    paused: z.boolean().optional(),
    reason: textSchema.max(500).optional(),
    gate: z.null().optional(),
  })
  .refine(
    (change) => Object.keys(change).length > 0,
    'name at least one of max_concurrency, paused, reason, gate',
  );

const accountSchema = z.object({
  period: z.string().describe('Day `2026-11-23` or month `2026-11` in the time zone of the budgets.'),
  budget_usd: z.number().nullable(),
  spent_usd: z.number().describe('Cost of ended runs, estimates for runs without a known cost included.'),
  assumed_usd: z.number(),
  unknown_runs: z.number().int(),
  left_usd: z.number().nullable().describe('Budget minus spent and committed amounts.'),
});

const batchBudgetSchema = z.object({
  batch_id: z.string(),
  budget_usd: z.number(),
  used_usd: z.number().describe('Amount spent by ended trainings or reserved for queued and active ones.'),
  left_usd: z.number(),
});

/** Response of `GET /api/budgets` and `PUT /api/budgets` (docs/concepts/budgets.md). */
export const budgetsSchema = z.object({
  time_zone: z.string(),
  committed_usd: z.number().describe('Estimated cost of the live runs.'),
  day: accountSchema,
  month: accountSchema,
  batches: z.array(batchBudgetSchema),
  stop: budgetStopSchema.nullable(),
});
/** Day, month and batch budgets with their use. */
export type BudgetsView = z.infer<typeof budgetsSchema>;

/** Body of `PUT /api/budgets`. Absent fields stay unchanged; null removes a budget. */
export const budgetsChangeSchema = z
  .strictObject({
    day_usd: budgetUsdSchema.nullable().optional(),
    month_usd: budgetUsdSchema.nullable().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'name at least one of day_usd, month_usd');

/** Body of `PUT /api/budgets/batches/:id`. Null removes the batch budget. */
export const batchBudgetChangeSchema = z.strictObject({ budget_usd: budgetUsdSchema.nullable() });

/** Response of `PUT /api/budgets/batches/:id`: the ids of the released trainings, and all budgets. */
export const batchBudgetResponseSchema = z.object({ released: z.array(z.string()), budgets: budgetsSchema });

const slotTrainingShape = {
  training_id: z.string(),
  kind: subjectKindSchema,
  subject_id: z.string(),
  status: trainingStatusSchema,
  priority: z.number().int(),
};

/**
 * Response of `GET /api/slots`: the trainings that hold slots and the next ones in the queue
 * (docs/concepts/dispatch-and-slots.md).
 */
export const slotsSchema = dispatchControlSchema.extend({
  in_use_count: z
    .number()
    .int()
    .describe('Includes slots of unreadable trainings, which `in_use` leaves out.'),
  in_use: z.array(
    z.object({
      ...slotTrainingShape,
      since: isoTimeSchema,
      attempt: z.number().int().nullable(),
      runpod_job_id: z.string().nullable(),
    }),
  ),
  waiting_count: z.number().int(),
  next: z.array(
    z.object({
      ...slotTrainingShape,
      version_name: z
        .string()
        .nullable()
        .describe('Name of the version; null until it is assigned, unless the request names it.'),
      source: trainingSourceSchema,
      image_count: z.number().int(),
      steps: z.number().int(),
      expected_seconds: z
        .number()
        .describe('Estimated duration of the attempt, without the wait for a slot.'),
      expected_usd: z.number().nullable().describe('Estimated cost of the attempt; null without a price.'),
      waiting: waitingSchema,
      estimated_start: isoTimeSchema
        .nullable()
        .describe('Null while dispatch is paused or the gate is closed.'),
    }),
  ),
});
/** Slots in use and the head of the queue. */
export type SlotsView = z.infer<typeof slotsSchema>;

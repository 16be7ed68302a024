import { z } from 'zod';
import { budgetUsdSchema, isoTimeSchema } from '../fields.ts';
import { lineSchema } from '../text.ts';
import { picturesShape } from './auto-train.ts';

const plan = {
  cron: lineSchema
    .min(1)
    .max(120)
    .describe('Cron expression with five fields: minute, hour, day of month, month, day of week.'),
  tz: lineSchema.min(1).max(64).describe('IANA name of the time zone, for example Europe/Berlin.'),
  enabled: z.boolean(),
  limit: z.number().int().min(1).max(1_000_000).nullable(),
  budget_usd: budgetUsdSchema.nullable(),
  include_unreviewed: z.boolean().optional(),
  ...picturesShape,
};

/** Body of `PUT /api/auto-train/schedule`: the whole schedule. At least one of `limit` and `budget_usd` is required. */
export const schedulePutSchema = z.strictObject({
  ...plan,
  tz: plan.tz.default('UTC'),
  enabled: plan.enabled.default(true),
  limit: plan.limit.optional(),
  budget_usd: plan.budget_usd.optional(),
});

/** Schedule with its next ticks and the outcomes of its last ticks, newest first. */
export const scheduleSchema = z.object({
  schedule: z.object(plan).nullable(),
  next_ticks: z.array(isoTimeSchema),
  ticks: z.array(
    z.object({
      at: isoTimeSchema,
      outcome: z.enum(['ran', 'overlap', 'missed']),
      handled_at: isoTimeSchema,
      run_id: z.string().nullable(),
    }),
  ),
});
/** Schedule with its next and last ticks. */
export type ScheduleView = z.infer<typeof scheduleSchema>;

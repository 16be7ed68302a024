import { z } from 'zod';
import { budgetUsdSchema, isoTimeSchema } from '../fields.ts';

const plan = {
  cron: z.string().min(1).max(120).describe('Minute, hour, day of month, month, day of week.'),
  tz: z.string().min(1).max(64).describe('IANA name of a time zone, e.g. Europe/Berlin.'),
  enabled: z.boolean(),
  limit: z.number().int().min(1).max(1_000_000).nullable(),
  budget_usd: budgetUsdSchema.nullable(),
};

/** `PUT /api/auto-train/schedule` (SPEC §8): the whole plan; `limit`, `budget_usd` or both. */
export const schedulePutSchema = z.strictObject({
  ...plan,
  tz: plan.tz.default('UTC'),
  enabled: plan.enabled.default(true),
  limit: plan.limit.optional(),
  budget_usd: plan.budget_usd.optional(),
});

/** The plan, when it ticks next, and what became of its last ticks, newest first. */
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
export type ScheduleView = z.infer<typeof scheduleSchema>;

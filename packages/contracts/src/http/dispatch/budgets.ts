import { z } from 'zod';
import { budgetUsdSchema, isoTimeSchema } from '../fields.ts';

/** Why nothing is fetched for want of money, and when that ends by itself. */
export const budgetStopSchema = z.object({ reason: z.string(), opens_at: isoTimeSchema.nullable() });

const accountSchema = z.object({
  period: z.string().describe('`2026-11-23` or `2026-11`, in the time zone of the budgets.'),
  budget_usd: z.number().nullable(),
  spent_usd: z.number().describe('What ended runs came to; what stands for unknown cost is part of it.'),
  assumed_usd: z.number(),
  unknown_runs: z.number().int(),
  left_usd: z.number().nullable().describe('Budget less what was spent and what is committed.'),
});

const batchBudgetSchema = z.object({
  batch_id: z.string(),
  budget_usd: z.number(),
  used_usd: z.number().describe('Spent, or set aside for what waits and runs.'),
  left_usd: z.number(),
});

/** `GET /api/budgets` (SPEC §9). */
export const budgetsSchema = z.object({
  time_zone: z.string(),
  committed_usd: z.number().describe('What the live runs are expected to cost.'),
  day: accountSchema,
  month: accountSchema,
  batches: z.array(batchBudgetSchema),
  stop: budgetStopSchema.nullable(),
});
export type BudgetsView = z.infer<typeof budgetsSchema>;

/** `PUT /api/budgets`: changes only what is named; null takes a limit away. */
export const budgetsChangeSchema = z
  .strictObject({
    day_usd: budgetUsdSchema.nullable().optional(),
    month_usd: budgetUsdSchema.nullable().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'name at least one of day_usd, month_usd');

/** `PUT /api/budgets/batches/:id`. */
export const batchBudgetChangeSchema = z.strictObject({ budget_usd: budgetUsdSchema.nullable() });

/** The purses now, and who may wait their turn again. */
export const batchBudgetResponseSchema = z.object({ released: z.array(z.string()), budgets: budgetsSchema });

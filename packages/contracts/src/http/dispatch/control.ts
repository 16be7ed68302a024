import { z } from 'zod';
import { isoTimeSchema } from '../fields.ts';
import { budgetStopSchema } from './budgets.ts';

/** Whether trainings are taken from the queue, and how many may live at the provider (SPEC §2). */
export const dispatchControlSchema = z.object({
  max_concurrency: z.number().int(),
  paused: z.boolean(),
  reason: z.string().nullable(),
  gate: z.object({ reason: z.string(), since: isoTimeSchema }).nullable(),
  budget: budgetStopSchema.nullable().describe('A budget that is used up: nothing is fetched.'),
});
export type DispatchControlView = z.infer<typeof dispatchControlSchema>;

/** A fault that nothing is done about by itself: a person must look. `code` is stable and meant for programs. */
const alarmSchema = z.object({
  code: z.enum(['endpoint_runs_unknown', 'live_attempt_without_active_job', 'recover_required']),
  since: isoTimeSchema,
  /** What was read last, by the code: numbers and ids. */
  detail: z.record(z.string(), z.unknown()),
});

/** `GET /api/dispatch`: what keeps or should keep the operator busy, beside the control itself. */
export const dispatchSchema = dispatchControlSchema.extend({ alarms: z.array(alarmSchema) });
export type DispatchView = z.infer<typeof dispatchSchema>;

/** `PUT /api/dispatch`: changes only what is named; `gate: null` opens the gate. */
export const dispatchChangeSchema = z
  .strictObject({
    max_concurrency: z.number().int().min(1).max(1_000).optional(),
    paused: z.boolean().optional(),
    reason: z.string().max(500).optional(),
    gate: z.null().optional(),
  })
  .refine(
    (change) => Object.keys(change).length > 0,
    'name at least one of max_concurrency, paused, reason, gate',
  );

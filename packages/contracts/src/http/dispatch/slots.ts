import { z } from 'zod';
import { isoTimeSchema, subjectKindSchema } from '../fields.ts';
import { trainingStatusSchema } from '../trainings/status.ts';
import { dispatchControlSchema } from './control.ts';

const slotTrainingShape = {
  training_id: z.string(),
  kind: subjectKindSchema,
  subject_id: z.string(),
  status: trainingStatusSchema,
  priority: z.number().int(),
};

/** `GET /api/slots`: who holds the bound and who is next (SPEC §5.1). */
export const slotsSchema = dispatchControlSchema.extend({
  in_use_count: z.number().int(),
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
      estimated_start: isoTimeSchema
        .nullable()
        .describe('Null while nothing is dispatched: a pause or a closed gate promises nothing.'),
    }),
  ),
});
export type SlotsView = z.infer<typeof slotsSchema>;

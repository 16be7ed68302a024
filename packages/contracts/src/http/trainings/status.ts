import { z } from 'zod';

/** All states of a training, in the order of its life (SPEC §2). */
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

/** The seeds' five words for them. */
export const coarseStatusSchema = z.enum(['pending', 'training', 'completed', 'failed', 'cancelled']);

/** Why a training ended without a model. */
export const failureSchema = z.object({
  class: z.enum(['provider', 'timeout', 'out_of_memory', 'data', 'configuration', 'unknown']),
  code: z.string(),
  message: z.string(),
});

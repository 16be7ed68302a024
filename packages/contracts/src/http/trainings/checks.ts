import { z } from 'zod';

/** Warning or advice: a stable code for programs and a message for readers. */
export const warningSchema = z.object({
  code: z.string(),
  message: z.string(),
  field: z
    .string()
    .optional()
    .describe('Hyperparameter that causes it; absent when it concerns the dataset or the request.'),
});

/** Condition of a start: `error` refuses or stops the training, `warning` does not. */
export const checkSchema = z.object({
  code: z.enum(['images', 'captions', 'trigger', 'store', 'callback', 'dispatch', 'subject_busy']),
  state: z.enum(['ok', 'warning', 'error']),
  message: z.string(),
  hint: z.string().optional().describe('Remedy; absent for `ok`.'),
  training_id: z.string().optional().describe('Live training of a busy subject.'),
});
/** Condition of a start. */
export type CheckView = z.infer<typeof checkSchema>;

/** Conditions of a start, one of each code in a fixed order. */
export const checksSchema = z.array(checkSchema).describe('Conditions of the start, in a fixed order.');

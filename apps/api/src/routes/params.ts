import { subjectIdSchema } from '@trainyard/contracts';
import { z } from 'zod';

/** The name in a path. */
export const idParamsSchema = z.object({ id: z.string().min(1).max(256) });
export const subjectParamsSchema = z.object({ id: subjectIdSchema });

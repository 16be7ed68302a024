import { lineSchema, problemSchema, subjectIdSchema } from '@trainyard/contracts';
import { z } from 'zod';

/** Path with an id. Trainings are found by each of their ids. */
export const idParamsSchema = z.object({ id: lineSchema.min(1).max(256) });

/** Path with the id of an actor or a style. */
export const subjectParamsSchema = z.object({ id: subjectIdSchema });

/** Error responses of every route. */
export const problemResponses = { '4xx': problemSchema, '5xx': problemSchema } as const;

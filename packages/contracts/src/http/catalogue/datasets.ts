import { z } from 'zod';
import { subjectIdSchema, subjectKindSchema } from '../fields.ts';
import { datasetReportSchema } from '../trainings/preview.ts';
import { imageUrlsSchema } from '../trainings/request.ts';

/** `POST /api/datasets/report`: any list of images, or what the catalogue has for a subject (SPEC §6). */
export const datasetRequestSchema = z
  .strictObject({
    kind: subjectKindSchema,
    subject_id: subjectIdSchema.optional(),
    images: imageUrlsSchema.optional(),
    selection_set_id: z.number().int().optional(),
    trigger: z.string().min(1).max(256).optional(),
  })
  .refine(({ subject_id, images }) => subject_id !== undefined || images !== undefined, {
    path: ['images'],
    message: 'name a subject_id, or give images',
  });
export type DatasetRequestBody = z.input<typeof datasetRequestSchema>;

/** What is wrong and what is noteworthy about the data; with an error among it a training would be refused. */
export const datasetResponseSchema = datasetReportSchema.extend({
  kind: subjectKindSchema,
  subject_id: z.string().nullable(),
  trigger: z.string(),
  images: z.array(z.string()),
  trainable: z.boolean(),
});
export type DatasetResponse = z.infer<typeof datasetResponseSchema>;

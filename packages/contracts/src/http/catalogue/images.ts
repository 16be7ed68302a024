import { z } from 'zod';
import { fileNameSchema, isoTimeSchema, pageQueryShape, subjectIdSchema } from '../fields.ts';

/** An image in the folder of a style (SPEC §6, seed 001). */
const styleImageSchema = z.object({
  name: z.string(),
  uri: z.string(),
  size_bytes: z.number().int(),
  last_modified: isoTimeSchema,
  caption: z.enum(['present', 'missing', 'empty']),
  selection_set_ids: z.array(z.number().int()).describe('The sets that hold it.'),
  preview_url: z.string().describe('Counts for an hour; on this host where it begins with a slash.'),
});

export const styleImagesQuerySchema = z.strictObject(pageQueryShape);

export const styleImagesSchema = z.object({
  images: z.array(styleImageSchema),
  next_cursor: z.string().nullable(),
  total: z.number().int().describe('On all pages.'),
  captioned: z.number().int().describe('Of all pages, those with a caption that says something.'),
});

/** `POST /api/styles/:id/uploads`. */
export const uploadRequestSchema = z.strictObject({
  name: fileNameSchema,
  size_bytes: z
    .number()
    .int()
    .min(1)
    .max(25 * 1024 * 1024),
  replace: z.boolean().default(false).describe('Also over an image of that name.'),
});

/** Where and how to put the bytes. */
export const uploadSchema = z.object({
  name: z.string(),
  uri: z.string(),
  method: z.literal('PUT'),
  url: z.string().describe('On this host where it begins with a slash.'),
  headers: z.record(z.string(), z.string()),
  expires_at: isoTimeSchema,
});

export const captionParamsSchema = z.object({ id: subjectIdSchema, name: fileNameSchema });

/** A caption, with the ETag that says which text it is. */
export const captionSchema = z.object({ name: z.string(), text: z.string(), etag: z.string() });

/** `PUT …/captions/:name`. */
export const captionWriteSchema = z.strictObject({
  text: z.string().max(10_000),
  etag: z
    .string()
    .max(128)
    .nullish()
    .describe(
      'Of the text that was read, null where there was none; without it whatever is there is replaced.',
    ),
});

import { z } from 'zod';
import { fileNameSchema, isoTimeSchema, pageQueryShape, subjectIdSchema } from '../fields.ts';
import { lineSchema, textSchema } from '../text.ts';

/** Image in the folder of a style. */
const styleImageSchema = z.object({
  name: z.string(),
  uri: z.string(),
  size_bytes: z.number().int(),
  last_modified: isoTimeSchema,
  caption: z.enum(['present', 'missing', 'empty']),
  selection_set_ids: z.array(z.number().int()).describe('Selection sets that contain the image.'),
  preview_url: z.string().describe('Valid for 1 h. A URL that begins with a slash is relative to this host.'),
});

/** Query of `GET /api/styles/:id/images`. */
export const styleImagesQuerySchema = z.strictObject(pageQueryShape);

/** Response of `GET /api/styles/:id/images`. */
export const styleImagesSchema = z.object({
  images: z.array(styleImageSchema),
  next_cursor: z.string().nullable(),
  total: z.number().int().describe('Number of images on all pages.'),
  captioned: z.number().int().describe('Number of images on all pages with a caption that is not empty.'),
});

/** Body of `POST /api/styles/:id/uploads`; at most 25 MiB. */
export const uploadRequestSchema = z.strictObject({
  name: fileNameSchema,
  size_bytes: z
    .number()
    .int()
    .min(1)
    .max(25 * 1024 * 1024),
  replace: z.boolean().default(false).describe('Replaces an existing image of that name.'),
});

/** Response of `POST /api/styles/:id/uploads`: the request with which the bytes are uploaded. */
export const uploadSchema = z.object({
  name: z.string(),
  uri: z.string(),
  method: z.literal('PUT'),
  url: z.string().describe('A URL that begins with a slash is relative to this host.'),
  headers: z.record(z.string(), z.string()),
  expires_at: isoTimeSchema,
});

/** Path of the caption routes: the style and the file name of the image. */
export const captionParamsSchema = z.object({ id: subjectIdSchema, name: fileNameSchema });

/** Caption with the ETag of its text. */
export const captionSchema = z.object({ name: z.string(), text: z.string(), etag: z.string() });

/** Body of `PUT /api/styles/:id/captions/:name`. */
export const captionWriteSchema = z.strictObject({
  text: textSchema.max(10_000),
  etag: lineSchema
    .max(128)
    .nullish()
    .describe(
      'ETag of the text that was read; null requires that no caption exists. Without it the caption is replaced.',
    ),
});

const nameSchema = lineSchema.trim().min(1).max(256);
const imagesSchema = z.array(lineSchema.min(1).max(2_048)).max(10_000);

/** Selection set of a style. */
export const selectionSetSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  images: z.array(z.string()),
  used_by: z.array(z.string()).describe('Names of the versions trained on this set.'),
});

/** Response of `GET /api/styles/:id/selection-sets`. */
export const selectionSetListSchema = z.object({ selection_sets: z.array(selectionSetSchema) });

/**
 * Body of `POST /api/styles/:id/selection-sets`. An image is an address, an object key or a file name in the style's folder.
 */
export const selectionSetCreateSchema = z.strictObject({ name: nameSchema, images: imagesSchema.min(1) });

/** Body of `PATCH /api/styles/:id/selection-sets/:set_id`. Absent fields stay unchanged. */
export const selectionSetPatchSchema = z
  .strictObject({ name: nameSchema.optional(), images: imagesSchema.min(1).optional() })
  .refine(
    ({ name, images }) => name !== undefined || images !== undefined,
    'name at least one of name, images',
  );

/** Path of a selection set. */
export const selectionSetParamsSchema = z.object({
  id: subjectIdSchema,
  set_id: z.coerce.number().int().min(0),
});

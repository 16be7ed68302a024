import { z } from 'zod';
import { pageQueryShape, subjectIdSchema } from '../fields.ts';
import { lineSchema } from '../text.ts';

/** Largest number of images in a response, and the number without `limit`. */
const MAX_IMAGES = 500;

/** Query of `GET /api/actors/:id/images`. */
export const actorImagesQuerySchema = z.strictObject({
  ...pageQueryShape,
  limit: z.coerce.number().int().min(1).max(MAX_IMAGES).default(MAX_IMAGES),
});

/** Image of an actor, as the catalogue lists it. */
const actorImageSchema = z.object({
  name: z
    .string()
    .describe(
      'Name of the image in the addresses of the picture and of its caption: the file name, or the whole key for images that share it. Percent-encode it.',
    ),
  uri: z.string().describe('Address of the image, as the field `images` of a training takes it.'),
  size_bytes: z.number().int().nullable().describe('Null for an image that is not served.'),
  caption: z.enum(['present', 'missing', 'empty']),
  fault: z.string().nullable().describe('Reason why the image is not served; null for a usable image.'),
});

/** Response of `GET /api/actors/:id/images`. */
export const actorImagesSchema = z.object({
  images: z.array(actorImageSchema),
  next_cursor: z.string().nullable(),
  total: z.number().int().describe('Number of images on all pages.'),
});

/** Path of a picture or a caption: the subject, and the name of the image in its list. Every other name is not found. */
export const imageParamsSchema = z.object({ id: subjectIdSchema, name: lineSchema.min(1).max(1_024) });

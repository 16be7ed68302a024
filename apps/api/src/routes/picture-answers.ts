import { z } from 'zod';
import type { PictureSender } from '../pictures/send-picture.ts';
import type { ApiDeps } from '../server/options.ts';

/** The dependencies of routes that send pictures. */
export interface PictureDeps extends ApiDeps {
  readonly pictures: PictureSender;
}

/** The answers of a route that sends a picture. */
export const PICTURE_ANSWERS = {
  200: { description: 'The picture.', headers: ['ETag', 'Cache-Control'] },
  304: {
    description: 'The picture with this ETag has not changed.',
    headers: ['ETag', 'Cache-Control'],
  },
} as const;

/** The response schema of a route that sends a picture. */
export const pictureResponse = { 200: { content: { 'image/*': { schema: z.any() } } }, 304: z.null() };

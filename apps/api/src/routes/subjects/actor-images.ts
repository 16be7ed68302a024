import { type ActorImage, listActorImages, readCaption } from '@trainyard/application';
import {
  actorImagesQuerySchema,
  actorImagesSchema,
  captionSchema,
  imageParamsSchema,
} from '@trainyard/contracts';
import { omitUndefined, toSubject } from '@trainyard/domain';
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { STORE_ERRORS, subjectParamsSchema } from '../shared.ts';

const operations = describeOperations('subjects', {
  listActorImages: {
    summary: 'List the images of an actor',
    description:
      'Lists the images of the catalogue by name, each with the size of its file, the state of its caption, and the reason if it is not served.',
    errors: [...STORE_ERRORS, 'subject_not_found', 'invalid_cursor'],
    request: { params: { id: EXAMPLE_IDS.actor }, query: { limit: 50 } },
    answers: { 200: { description: 'A page of images.', example: EXAMPLES.subjects.actor_images } },
  },
  getActorCaption: {
    summary: 'Get the caption of an image of an actor',
    description: 'Returns the text and its ETag.',
    errors: [...STORE_ERRORS, 'subject_not_found', 'image_not_found', 'caption_not_found'],
    request: { params: { id: EXAMPLE_IDS.actor, name: 'image_1.png' } },
    answers: { 200: { description: 'The caption.', example: EXAMPLES.subjects.actor_caption } },
  },
});

/** Registers the list of the images of an actor and their captions. */
export function registerActorImageRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/actors/:id/images',
    {
      schema: {
        ...operations.listActorImages,
        params: subjectParamsSchema,
        querystring: actorImagesQuerySchema,
        response: { 200: actorImagesSchema },
      },
    },
    async ({ params: { id }, query }) => {
      const {
        items,
        total = items.length,
        nextCursor,
      } = await listActorImages(deps, id, omitUndefined(query));
      return { images: items.map(toImageView), next_cursor: nextCursor ?? null, total };
    },
  );
  app.get(
    '/api/actors/:id/captions/:name',
    {
      schema: {
        ...operations.getActorCaption,
        params: imageParamsSchema,
        response: { 200: captionSchema },
      },
    },
    async ({ params: { id, name } }) => ({
      name,
      ...(await readCaption(deps, { subject: toSubject('actor', id), name })),
    }),
  );
}

function toImageView({ name, uri, sizeBytes, caption, fault }: ActorImage) {
  return { name, uri, size_bytes: sizeBytes ?? null, caption, fault: fault ?? null };
}

import { type FoundImage, findActorImage, findPoster, findStyleImage } from '@trainyard/application';
import { imageParamsSchema } from '@trainyard/contracts';
import { type SubjectKind, toSubject } from '@trainyard/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EXAMPLE_IDS } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import { pictureQuerySchema } from '../../pictures/send-picture.ts';
import { PictureNotFoundError } from '../../problems/errors.ts';
import type { Api } from '../../server/server.ts';
import { PICTURE_ANSWERS, type PictureDeps, pictureResponse } from '../picture-answers.ts';
import { PICTURE_ERRORS, STORE_ERRORS, subjectParamsSchema } from '../shared.ts';

const errors = [...STORE_ERRORS, ...PICTURE_ERRORS, 'subject_not_found'] as const;
const poster = {
  description:
    'Returns the original with its recognized raster type, or a WebP of at most the given width. The address is stable, and the answer has an ETag for `If-None-Match`. A poster outside the bucket of the object store is not served.',
  errors,
  answers: PICTURE_ANSWERS,
};
const image = {
  description:
    'Takes a name of the list of images; every other name is not found. Returns the original with its recognized raster type, or a WebP of at most the given width, with an ETag for `If-None-Match`.',
  errors,
  answers: PICTURE_ANSWERS,
};
const query = { w: '320' };

const operations = describeOperations('subjects', {
  getActorPoster: {
    ...poster,
    summary: 'Get the poster of an actor',
    request: { params: { id: EXAMPLE_IDS.actor }, query },
  },
  getStylePoster: {
    ...poster,
    summary: 'Get the poster of a style',
    request: { params: { id: EXAMPLE_IDS.style }, query },
  },
  getActorImage: {
    ...image,
    summary: 'Get an image of an actor',
    request: { params: { id: EXAMPLE_IDS.actor, name: 'image_1.png' }, query },
  },
  getStyleImage: {
    ...image,
    summary: 'Get an image of a style',
    request: { params: { id: EXAMPLE_IDS.style, name: 'image_001.png' }, query },
  },
});

const response = pictureResponse;

/** Registers the pictures of actors or styles: the poster and the images, at stable addresses. */
export function registerSubjectPictureRoutes(app: Api, deps: PictureDeps, kind: SubjectKind): void {
  app.get(
    `/api/${kind}s/:id/poster`,
    {
      schema: {
        ...operations[kind === 'actor' ? 'getActorPoster' : 'getStylePoster'],
        params: subjectParamsSchema,
        querystring: pictureQuerySchema,
        response,
      },
    },
    async (request, reply) => {
      const subject = toSubject(kind, request.params.id);
      const picture = { name: 'poster', width: request.query.w, ...(await findPoster(deps, subject)) };
      return sendFound(deps, picture, { request, reply });
    },
  );
  app.get(
    `/api/${kind}s/:id/images/:name`,
    {
      schema: {
        ...operations[kind === 'actor' ? 'getActorImage' : 'getStyleImage'],
        params: imageParamsSchema,
        querystring: pictureQuerySchema,
        response,
      },
    },
    async (request, reply) => {
      const { id, name } = request.params;
      const find = kind === 'actor' ? findActorImage : findStyleImage;
      const found = await find(deps, { subject: toSubject(kind, id), name });
      return sendFound(deps, { name, width: request.query.w, ...found }, { request, reply });
    },
  );
}

type NamedPicture = FoundImage & { readonly name: string; readonly width: number | undefined };

/** Sends a picture that was found. Throws PictureNotFoundError with the reason of one that was not. */
function sendFound(
  { pictures }: PictureDeps,
  { uri, fault, name, width }: NamedPicture,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<FastifyReply> {
  if (uri === undefined) throw new PictureNotFoundError(name, fault);
  return pictures.send({ uri, name, width }, request, reply);
}

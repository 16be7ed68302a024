import { findTraining, getServablePictureUri } from '@trainyard/application';
import { lineSchema, trainingPicturesSchema } from '@trainyard/contracts';
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import { pictureQuerySchema } from '../../pictures/send-picture.ts';
import { PictureNotFoundError } from '../../problems/errors.ts';
import type { Api } from '../../server/server.ts';
import { toPictureViews } from '../../views/training.ts';
import { PICTURE_ANSWERS, type PictureDeps, pictureResponse } from '../picture-answers.ts';
import { idParamsSchema, PICTURE_ERRORS, TRAINING_ERRORS } from '../shared.ts';

const operations = describeOperations('trainings', {
  listTrainingPictures: {
    summary: 'List the sample pictures and the loss plot of a training',
    description:
      'Lists the pictures that were recorded with the verified model: samples in the order of their prompts, then the loss plot, then others. Empty for a training without a verified model.',
    errors: [...TRAINING_ERRORS],
    request: { params: { id: EXAMPLE_IDS.training } },
    answers: { 200: { description: 'The pictures.', example: EXAMPLES.trainings.pictures } },
  },
  getTrainingPicture: {
    summary: 'Get a picture of a training',
    description:
      'Returns the original with its recognized raster type, or a WebP of at most the given width. The address is stable, and the answer has an ETag for `If-None-Match`.',
    errors: [
      ...TRAINING_ERRORS,
      ...PICTURE_ERRORS,
      'model_not_verified',
      'object_store_unavailable',
      'object_store_refused',
    ],
    request: {
      params: { id: EXAMPLE_IDS.training, name: 'attempt-1_sample_00.png' },
      query: { w: '320' },
    },
    answers: PICTURE_ANSWERS,
  },
});

/** Registers the list and the download of the pictures that were recorded with the model of a training. */
export function registerPictureRoutes(app: Api, deps: PictureDeps): void {
  app.get(
    '/api/trainings/:id/pictures',
    {
      schema: {
        ...operations.listTrainingPictures,
        params: idParamsSchema,
        response: { 200: trainingPicturesSchema },
      },
    },
    async (request) => toPictureViews(await findTraining(deps, request.params.id)),
  );
  app.get(
    '/api/trainings/:id/pictures/:name',
    {
      schema: {
        ...operations.getTrainingPicture,
        params: idParamsSchema.extend({ name: lineSchema.min(1).max(1_024) }),
        querystring: pictureQuerySchema,
        response: pictureResponse,
      },
    },
    async (request, reply) => {
      const { id, name } = request.params;
      const uri = getServablePictureUri(deps, await findTraining(deps, id), name);
      if (uri === undefined) throw new PictureNotFoundError(name, 'it is not recorded with the training');
      return deps.pictures.send({ uri, name, width: request.query.w }, request, reply);
    },
  );
}

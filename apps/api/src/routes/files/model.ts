import { findTraining, getServableModelUri, toModelFileName, WrongStateError } from '@trainyard/application';
import { modelLinkSchema, modelQuerySchema } from '@trainyard/contracts';
import type { Training } from '@trainyard/domain';
import { z } from 'zod';
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import { FileNotFoundError } from '../../problems/errors.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toIso } from '../../views/training.ts';
import { idParamsSchema, TRAINING_ERRORS } from '../shared.ts';
import { createReadLink, type LinkDeps } from './links.ts';

const operations = describeOperations('trainings', {
  getTrainingModel: {
    summary: 'Download the model of a training, or get its link',
    description:
      'Redirects to a signed download of the verified model. With `link=true` the link is returned as JSON.',
    errors: [
      ...TRAINING_ERRORS,
      'wrong_state',
      'model_not_verified',
      'file_not_found',
      'object_store_unavailable',
      'object_store_refused',
    ],
    request: { params: { id: EXAMPLE_IDS.training }, query: { link: 'true' } },
    answers: {
      200: { description: 'The link, with `link=true`.', example: EXAMPLES.trainings.model },
      302: { description: 'Redirect to the download.', headers: ['Location', 'Cache-Control'] },
    },
  },
});

type Deps = ApiDeps & LinkDeps;

/** Registers the download of the verified model of a completed training. */
export function registerModelRoute(app: Api, deps: Deps): void {
  app.get(
    '/api/trainings/:id/model',
    {
      schema: {
        ...operations.getTrainingModel,
        params: idParamsSchema,
        querystring: modelQuerySchema,
        response: { 200: modelLinkSchema, 302: z.null() },
      },
    },
    async (request, reply) => {
      const link = await createModelLink(deps, await findTraining(deps, request.params.id));
      if (request.query.link) return reply.send(link);
      return reply.header('cache-control', 'no-store').redirect(link.url, 302);
    },
  );
}

async function createModelLink(deps: Deps, training: Training) {
  if (training.status !== 'completed')
    throw new WrongStateError(training.id, training.status, 'only a completed training has a model');
  const [uri, fileName] = [getServableModelUri(deps, training), toModelFileName(training)];
  const head = await deps.objects.headUri(uri);
  if (!head) throw new FileNotFoundError();
  const { url, until } = await createReadLink(deps, uri, fileName);
  return { url, file_name: fileName, size_bytes: head.sizeBytes, expires_at: toIso(until) };
}

import { markTrainingDataGood, SubjectNotFoundError } from '@trainyard/application';
import {
  actorTrainingDataSchema,
  markTrainingDataGoodSchema,
  trainingDataGoodSchema,
} from '@trainyard/contracts';
import type { ApiDeps } from '../../options.ts';
import type { Api } from '../../server/server.ts';
import { trainingDataView } from '../../views/subjects.ts';
import { subjectParamsSchema } from '../params.ts';
import { problems } from '../problems.ts';

const tags = ['subjects'];

/** What an actor is trained on, and a person's word on it (SPEC §5.2). */
export const trainingDataRoutes = (app: Api, deps: ApiDeps): void => {
  app.get(
    '/api/actors/:id/training-data',
    {
      schema: {
        tags,
        summary: 'Where an actor’s images are',
        params: subjectParamsSchema,
        response: { 200: actorTrainingDataSchema, ...problems },
      },
    },
    async (request) => {
      const { id } = request.params;
      const actor = await deps.catalogue.actor(id);
      if (!actor) throw new SubjectNotFoundError({ kind: 'actor', id });
      return { actor_id: id, ...trainingDataView(actor), training_data_good: actor.trainingDataGood };
    },
  );
  app.post(
    '/api/actors/:id/training-data/mark-good',
    {
      schema: {
        tags,
        summary: 'Say that the training data were reviewed, or take that back',
        params: subjectParamsSchema,
        body: markTrainingDataGoodSchema.nullish(),
        response: { 200: trainingDataGoodSchema, ...problems },
      },
    },
    async (request) => {
      const good = request.body?.good ?? true;
      await markTrainingDataGood(deps, request.params.id, good);
      return { actor_id: request.params.id, training_data_good: good };
    },
  );
};

import { markTrainingDataGood, reportDataset, SubjectNotFoundError } from '@trainyard/application';
import {
  actorTrainingDataQuerySchema,
  actorTrainingDataSchema,
  markTrainingDataGoodSchema,
  trainingDataGoodSchema,
} from '@trainyard/contracts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toDatasetView } from '../../views/datasets.ts';
import { toTrainingDataView } from '../../views/subjects.ts';
import { subjectParamsSchema } from '../params.ts';
import { problemResponses } from '../problems.ts';

const tags = ['subjects'];

/** What an actor is trained on, and a person's word on it (SPEC §5.2). */
export function registerTrainingDataRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/actors/:id/training-data',
    {
      schema: {
        tags,
        summary: 'Where an actor’s images are, and what is to know about them',
        params: subjectParamsSchema,
        querystring: actorTrainingDataQuerySchema,
        response: { 200: actorTrainingDataSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { id } = request.params;
      const actor = await deps.catalogue.findActor(id);
      if (!actor) throw new SubjectNotFoundError({ kind: 'actor', id });
      const report = request.query.report === false ? null : await loadReport(deps, id);
      return {
        actor_id: id,
        ...toTrainingDataView(actor),
        training_data_good: actor.trainingDataGood,
        report,
      };
    },
  );
  app.post(
    '/api/actors/:id/training-data/mark-good',
    {
      config: { idempotency: 'repeatable' },
      schema: {
        tags,
        summary: 'Say that the training data were reviewed, or take that back',
        params: subjectParamsSchema,
        body: markTrainingDataGoodSchema.nullish(),
        response: { 200: trainingDataGoodSchema, ...problemResponses },
      },
    },
    async (request) => {
      const good = request.body?.good ?? true;
      await markTrainingDataGood(deps, request.params.id, good);
      return { actor_id: request.params.id, training_data_good: good };
    },
  );
}

async function loadReport(deps: ApiDeps, subjectId: string) {
  const { report, trainable } = await reportDataset(deps, { kind: 'actor', subjectId });
  return { ...toDatasetView(report), trainable };
}

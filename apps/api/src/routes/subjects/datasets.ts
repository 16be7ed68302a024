import { reportDataset } from '@trainyard/application';
import { datasetAnswerSchema, datasetRequestSchema } from '@trainyard/contracts';
import { defined } from '../../commands/defined.ts';
import type { ApiDeps } from '../../options.ts';
import type { Api } from '../../server/server.ts';
import { reportedView } from '../../views/datasets.ts';
import { problems } from '../problems.ts';

/** Reports on data (SPEC §6). */
export const datasetRoutes = (app: Api, deps: ApiDeps): void => {
  app.post(
    '/api/datasets/report',
    {
      config: { access: 'read' },
      schema: {
        tags: ['subjects'],
        summary: 'What is wrong and noteworthy about images and captions; nothing is changed',
        body: datasetRequestSchema,
        response: { 200: datasetAnswerSchema, ...problems },
      },
    },
    async ({ body }) => {
      const { kind, images, trigger } = body;
      const ids = { subjectId: body.subject_id, selectionSetId: body.selection_set_id };
      return reportedView(kind, await reportDataset(deps, { kind, ...defined({ images, trigger, ...ids }) }));
    },
  );
};

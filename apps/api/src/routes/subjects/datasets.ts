import { reportDataset } from '@trainyard/application';
import { datasetRequestSchema, datasetResponseSchema } from '@trainyard/contracts';
import { defined } from '../../mapping/defined.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toDatasetResponse } from '../../views/datasets.ts';
import { problemResponses } from '../problems.ts';

/** Reports on data (SPEC §6). */
export function registerDatasetRoutes(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/datasets/report',
    {
      config: { access: 'read' },
      schema: {
        tags: ['subjects'],
        summary: 'What is wrong and noteworthy about images and captions; nothing is changed',
        body: datasetRequestSchema,
        response: { 200: datasetResponseSchema, ...problemResponses },
      },
    },
    async ({ body }) => {
      const { kind, images, trigger } = body;
      const ids = { subjectId: body.subject_id, selectionSetId: body.selection_set_id };
      return toDatasetResponse(
        kind,
        await reportDataset(deps, { kind, ...defined({ images, trigger, ...ids }) }),
      );
    },
  );
}

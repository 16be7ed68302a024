import { reportDataset } from '@trainyard/application';
import { datasetRequestSchema, datasetResponseSchema } from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toDatasetResponse } from '../../views/preview.ts';
import type { LinkDeps } from '../files/links.ts';
import { problemResponses, requireWriteForForeignBuckets } from '../shared.ts';
import { registerActorRoutes } from './actors.ts';
import { registerSelectionSetRoutes } from './selection-sets.ts';
import { registerStyleImageRoutes } from './style-images.ts';
import { registerStyleRoutes } from './styles.ts';
import { registerVersionRoutes } from './versions.ts';

/** Registers the routes of actors and styles, their datasets and their versions (docs/catalogue.md). */
export function registerSubjectRoutes(app: Api, deps: ApiDeps & LinkDeps): void {
  registerActorRoutes(app, deps);
  registerStyleRoutes(app, deps);
  registerStyleImageRoutes(app, deps);
  registerSelectionSetRoutes(app, deps);
  registerDatasetRoute(app, deps);
  registerVersionRoutes(app, deps, 'actor');
  registerVersionRoutes(app, deps, 'style');
}

function registerDatasetRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/datasets/report',
    {
      config: { access: 'read' },
      schema: {
        tags: ['subjects'],
        summary: 'Report errors, warnings and advice about images and captions',
        body: datasetRequestSchema,
        response: { 200: datasetResponseSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { body } = request;
      const { kind, images, trigger } = body;
      requireWriteForForeignBuckets(request, deps, images);
      const ids = { subjectId: body.subject_id, selectionSetId: body.selection_set_id };
      return toDatasetResponse(
        kind,
        await reportDataset(deps, { kind, ...omitUndefined({ images, trigger, ...ids }) }),
      );
    },
  );
}

import { reportDataset } from '@trainyard/application';
import { datasetRequestSchema, datasetResponseSchema } from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import { EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toDatasetResponse } from '../../views/preview.ts';
import type { LinkDeps } from '../files/links.ts';
import { requireWriteForForeignBuckets, STORE_ERRORS } from '../shared.ts';
import type { PictureDeps } from '../picture-answers.ts';
import { registerActorImageRoutes } from './actor-images.ts';
import { registerActorRoutes } from './actors.ts';
import { registerSubjectPictureRoutes } from './pictures.ts';
import { registerSelectionSetRoutes } from './selection-sets.ts';
import { registerStyleImageRoutes } from './style-images.ts';
import { registerStyleRoutes } from './styles.ts';
import { registerVersionRoutes } from './versions.ts';

const operations = describeOperations('subjects', {
  reportDataset: {
    summary: 'Report errors, warnings and advice about images and captions',
    description:
      'Takes a list of images, or a subject whose images the catalogue lists. Images outside the bucket of the object store need the scope `write`.',
    errors: [...STORE_ERRORS, 'subject_not_found', 'selection_set_not_found', 'forbidden'],
    request: { body: { kind: 'actor', subject_id: '0019' } },
    answers: { 200: { description: 'The report, errors first.', example: EXAMPLES.subjects.report } },
  },
});

/** Registers the routes of actors and styles, their datasets and their versions (docs/catalogue.md). */
export function registerSubjectRoutes(app: Api, deps: PictureDeps & LinkDeps): void {
  registerActorRoutes(app, deps);
  registerActorImageRoutes(app, deps);
  registerSubjectPictureRoutes(app, deps, 'actor');
  registerSubjectPictureRoutes(app, deps, 'style');
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
        ...operations.reportDataset,
        body: datasetRequestSchema,
        response: { 200: datasetResponseSchema },
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

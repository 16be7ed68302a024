import { catalogueQuerySchema, stylePageSchema } from '@trainyard/contracts';
import type { ApiDeps } from '../../options.ts';
import { pageOf } from '../../paging/whole.ts';
import type { Api } from '../../server/server.ts';
import { styleView } from '../../views/subjects.ts';
import { problems } from '../problems.ts';

/** Styles (SPEC §5.2). */
export const styleRoutes = (app: Api, deps: ApiDeps): void => {
  app.get(
    '/api/styles',
    {
      schema: {
        tags: ['subjects'],
        summary: 'All styles of the catalogue',
        querystring: catalogueQuerySchema,
        response: { 200: stylePageSchema, ...problems },
      },
    },
    async (request) => {
      const { items, nextCursor } = pageOf('styles', await deps.catalogue.styles(), request.query);
      return { styles: items.map(styleView), next_cursor: nextCursor };
    },
  );
};

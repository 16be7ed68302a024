import { listStyles, type StyleQuery, SubjectNotFoundError } from '@trainyard/application';
import { styleDetailSchema, styleListQuerySchema, stylePageSchema } from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { z } from 'zod';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toHistoryView, toStyleView } from '../../views/subjects.ts';
import { problemResponses, subjectParamsSchema } from '../shared.ts';

const tags = ['subjects'];

/** Registers the routes of styles. */
export function registerStyleRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/styles',
    {
      schema: {
        tags,
        summary: 'List or search styles',
        querystring: styleListQuerySchema,
        response: { 200: stylePageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { items, total, nextCursor } = await listStyles(deps, toStyleQuery(request.query));
      return {
        styles: items.map(toStyleView),
        total: total ?? items.length,
        next_cursor: nextCursor ?? null,
      };
    },
  );
  app.get(
    '/api/styles/:id',
    {
      schema: {
        tags,
        summary: 'Get a style',
        params: subjectParamsSchema,
        response: { 200: styleDetailSchema, ...problemResponses },
      },
    },
    async (request) => loadStyleDetail(deps, request.params.id),
  );
}

function toStyleQuery(query: z.infer<typeof styleListQuerySchema>): StyleQuery {
  const { has_good_model, order, ...rest } = query;
  const descending = order === undefined ? undefined : order === 'desc';
  return omitUndefined({ ...rest, hasGoodModel: has_good_model, descending });
}

async function loadStyleDetail(deps: ApiDeps, id: string) {
  const subject = { kind: 'style', id } as const;
  const style = await deps.catalogue.findStyle(id);
  if (!style) throw new SubjectNotFoundError(subject);
  const [versions, sets, live] = await Promise.all([
    deps.manifests.listVersions(subject),
    deps.catalogue.listSelectionSets(id),
    deps.store.listUnfinished(subject),
  ]);
  return {
    ...toStyleView(style),
    live_training_id: live[0] ?? null,
    ...toHistoryView(versions),
    selection_set_count: sets.length,
  };
}

import { listStyles, type StyleQuery, SubjectNotFoundError } from '@trainyard/application';
import { styleDetailSchema, styleListQuerySchema, stylePageSchema } from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { z } from 'zod';
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toHistoryView, toStyleView } from '../../views/subjects.ts';
import { STORE_ERRORS, subjectParamsSchema } from '../shared.ts';

const operations = describeOperations('subjects', {
  listStyles: {
    summary: 'List or search styles',
    description: 'Without `limit` the response holds every style.',
    errors: [...STORE_ERRORS, 'invalid_cursor'],
    request: { query: { q: 'oil', limit: 50 } },
    answers: { 200: { description: 'A page of styles.', example: EXAMPLES.subjects.styles } },
  },
  getStyle: {
    summary: 'Get a style',
    description: 'Includes a summary of its versions and the number of its selection sets.',
    errors: [...STORE_ERRORS, 'subject_not_found'],
    request: { params: { id: EXAMPLE_IDS.style } },
    answers: { 200: { description: 'The style.', example: EXAMPLES.subjects.style } },
  },
});

/** Registers the routes of styles. */
export function registerStyleRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/styles',
    {
      schema: {
        ...operations.listStyles,
        querystring: styleListQuerySchema,
        response: { 200: stylePageSchema },
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
        ...operations.getStyle,
        params: subjectParamsSchema,
        response: { 200: styleDetailSchema },
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

import { listCandidates } from '@trainyard/application';
import { candidatesQuerySchema, candidatesSchema } from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toCandidateView } from '../../views/auto-train.ts';
import { problemResponses } from '../shared.ts';

/** Registers the list of auto-train candidates (docs/concepts/auto-train.md). */
export function registerCandidateRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/auto-train/candidates',
    {
      schema: {
        tags: ['auto-train'],
        summary: 'List all actors with their eligibility for auto-train',
        querystring: candidatesQuerySchema,
        response: { 200: candidatesSchema, ...problemResponses },
      },
    },
    async (request) => {
      const all = await listCandidates(
        deps,
        omitUndefined({ includeUnreviewed: request.query.include_unreviewed }),
      );
      return {
        candidates: all.map(toCandidateView),
        eligible_count: all.filter(({ eligible }) => eligible).length,
      };
    },
  );
}

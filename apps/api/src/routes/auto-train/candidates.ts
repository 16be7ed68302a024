import { listCandidates } from '@trainyard/application';
import { candidatesQuerySchema, candidatesSchema } from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import { EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toCandidatesView } from '../../views/candidates.ts';
import { STORE_ERRORS } from '../shared.ts';

const operations = describeOperations('auto-train', {
  listCandidates: {
    summary: 'List all actors with their eligibility for auto-train',
    description:
      'Returns every actor, eligible or not, with the reasons that make it ineligible, and the rules, limit and orders that forms offer. Data are judged by their stored reports; no image is read.',
    errors: [...STORE_ERRORS],
    answers: {
      200: { description: 'All actors with their eligibility.', example: EXAMPLES.autoTrain.candidates },
    },
  },
});

/** Registers the list of auto-train candidates (docs/concepts/auto-train.md). */
export function registerCandidateRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/auto-train/candidates',
    {
      schema: {
        ...operations.listCandidates,
        querystring: candidatesQuerySchema,
        response: { 200: candidatesSchema },
      },
    },
    async ({ query }) => {
      const options = omitUndefined({ includeUnreviewed: query.include_unreviewed });
      return toCandidatesView(deps, await listCandidates(deps, options));
    },
  );
}

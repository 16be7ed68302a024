import { ELIGIBILITY_RULES, listCandidates } from '@trainyard/application';
import { candidatesQuerySchema, candidatesSchema } from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import { EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toCandidateView } from '../../views/auto-train.ts';
import { STORE_ERRORS } from '../shared.ts';

const operations = describeOperations('auto-train', {
  listCandidates: {
    summary: 'List all actors with their eligibility for auto-train',
    description: 'Returns every actor, eligible or not, with the reasons that make it ineligible.',
    errors: [...STORE_ERRORS],
    answers: {
      200: { description: 'All actors with their eligibility.', example: EXAMPLES.autoTrain.candidates },
    },
  },
});

/** The limit that forms offer unless AUTO_TRAIN_LIMIT is set: two actors, as in the legacy script. */
const DEFAULT_LIMIT = 2;

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
    async (request) => {
      const all = await listCandidates(
        deps,
        omitUndefined({ includeUnreviewed: request.query.include_unreviewed }),
      );
      return {
        candidates: all.map(toCandidateView),
        eligible_count: all.filter(({ eligible }) => eligible).length,
        default_limit: deps.settings.autoTrainLimit ?? DEFAULT_LIMIT,
        rules: Object.entries(ELIGIBILITY_RULES).map(([code, text]) => ({ code, text })),
      };
    },
  );
}

import {
  type ActorQuery,
  findLiveTrainings,
  listActors,
  listCandidates,
  SubjectNotFoundError,
} from '@trainyard/application';
import { actorDetailSchema, actorListQuerySchema, actorPageSchema } from '@trainyard/contracts';
import type { z } from 'zod';
import { defined } from '../../mapping/defined.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toCandidateView } from '../../views/auto-train-runs.ts';
import { toActorView, toHistoryView } from '../../views/subjects.ts';
import { subjectParamsSchema } from '../params.ts';
import { problemResponses } from '../problems.ts';

const tags = ['subjects'];

/** Actors (SPEC §5.2). */
export function registerActorRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/actors',
    {
      schema: {
        tags,
        summary: 'Actors of the catalogue, all or a page of those that are looked for',
        querystring: actorListQuerySchema,
        response: { 200: actorPageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { items, total, facets, nextCursor } = await listActors(deps, toActorQuery(request.query));
      const live = await findLiveTrainings(deps, items);
      return {
        actors: items.map((actor) => toActorView(actor, live.get(actor.id))),
        total: total ?? null,
        facets: { sex: [...facets.sex], ethnicity: [...facets.ethnicity] },
        next_cursor: nextCursor ?? null,
      };
    },
  );
  app.get(
    '/api/actors/:id',
    {
      schema: {
        tags,
        summary: 'One actor, with what auto-train and its history say',
        params: subjectParamsSchema,
        response: { 200: actorDetailSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { id } = request.params;
      const subject = { kind: 'actor', id } as const;
      const [verdict] = await listCandidates(deps, { actorIds: [id] });
      if (!verdict) throw new SubjectNotFoundError(subject);
      const [versions, live] = await Promise.all([
        deps.manifests.listVersions(subject),
        findLiveTrainings(deps, [verdict.actor]),
      ]);
      const { eligible, reasons } = toCandidateView(verdict);
      return { ...toActorView(verdict.actor, live.get(id)), eligible, reasons, ...toHistoryView(versions) };
    },
  );
}

function toActorQuery(query: z.infer<typeof actorListQuerySchema>): ActorQuery {
  const { has_good_model, min_age, max_age, order, ...rest } = query;
  return defined({
    ...rest,
    hasGoodModel: has_good_model,
    minAge: min_age,
    maxAge: max_age,
    descending: order === undefined ? undefined : order === 'desc',
  });
}

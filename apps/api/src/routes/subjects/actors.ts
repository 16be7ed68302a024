import {
  type ActorQuery,
  findLiveTrainings,
  listActors,
  listCandidates,
  markTrainingDataGood,
  reportDataset,
  SubjectNotFoundError,
} from '@trainyard/application';
import {
  actorDetailSchema,
  actorListQuerySchema,
  actorPageSchema,
  actorTrainingDataQuerySchema,
  actorTrainingDataSchema,
  markTrainingDataGoodSchema,
  trainingDataGoodSchema,
} from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { z } from 'zod';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toCandidateView } from '../../views/auto-train.ts';
import { toDatasetView } from '../../views/preview.ts';
import { toActorView, toHistoryView, toTrainingDataView } from '../../views/subjects.ts';
import { problemResponses, subjectParamsSchema } from '../shared.ts';

const tags = ['subjects'];

/** Registers the routes of actors and of their training data. */
export function registerActorRoutes(app: Api, deps: ApiDeps): void {
  registerActorListRoute(app, deps);
  app.get(
    '/api/actors/:id',
    {
      schema: {
        tags,
        summary: 'Get an actor with its eligibility for auto-train',
        params: subjectParamsSchema,
        response: { 200: actorDetailSchema, ...problemResponses },
      },
    },
    async (request) => loadActorDetail(deps, request.params.id),
  );
  registerTrainingDataRoute(app, deps);
  registerMarkDataRoute(app, deps);
}

function registerActorListRoute(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/actors',
    {
      schema: {
        tags,
        summary: 'List or search actors',
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
}

function toActorQuery(query: z.infer<typeof actorListQuerySchema>): ActorQuery {
  const { has_good_model, min_age, max_age, order, ...rest } = query;
  return omitUndefined({
    ...rest,
    hasGoodModel: has_good_model,
    minAge: min_age,
    maxAge: max_age,
    descending: order === undefined ? undefined : order === 'desc',
  });
}

async function loadActorDetail(deps: ApiDeps, id: string) {
  const subject = { kind: 'actor', id } as const;
  const found = await deps.catalogue.findActor(id);
  const [candidate] = found ? await listCandidates(deps, { actorIds: [id] }) : [];
  if (!candidate) throw new SubjectNotFoundError(subject);
  const [versions, live] = await Promise.all([
    deps.manifests.listVersions(subject),
    findLiveTrainings(deps, [candidate.actor]),
  ]);
  const { eligible, reasons } = toCandidateView(candidate);
  return { ...toActorView(candidate.actor, live.get(id)), eligible, reasons, ...toHistoryView(versions) };
}

function registerTrainingDataRoute(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/actors/:id/training-data',
    {
      schema: {
        tags,
        summary: 'Get the training data of an actor with the dataset report',
        params: subjectParamsSchema,
        querystring: actorTrainingDataQuerySchema,
        response: { 200: actorTrainingDataSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { id } = request.params;
      const actor = await deps.catalogue.findActor(id);
      if (!actor) throw new SubjectNotFoundError({ kind: 'actor', id });
      const report = request.query.report === false ? null : await loadReport(deps, id);
      return {
        actor_id: id,
        ...toTrainingDataView(actor),
        training_data_good: actor.trainingDataGood,
        report,
      };
    },
  );
}

async function loadReport(deps: ApiDeps, subjectId: string) {
  const { report, trainable } = await reportDataset(deps, { kind: 'actor', subjectId });
  return { ...toDatasetView(report), trainable };
}

function registerMarkDataRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/actors/:id/training-data/mark-good',
    {
      config: { idempotency: 'repeatable' },
      schema: {
        tags,
        summary: 'Mark the training data of an actor good, or remove the mark',
        params: subjectParamsSchema,
        body: markTrainingDataGoodSchema.nullish(),
        response: { 200: trainingDataGoodSchema, ...problemResponses },
      },
    },
    async (request) => {
      const good = request.body?.good ?? true;
      await markTrainingDataGood(deps, request.params.id, good);
      return { actor_id: request.params.id, training_data_good: good };
    },
  );
}

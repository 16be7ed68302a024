import {
  type Actor,
  type ActorQuery,
  countDataErrors,
  findLiveTrainings,
  listActors,
  listCandidates,
  markTrainingDataGood,
  readActorModels,
  reportDataset,
  SubjectNotFoundError,
  summarizeModels,
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
import { omitUndefined, toSubject } from '@trainyard/domain';
import type { z } from 'zod';
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toCandidateView } from '../../views/candidates.ts';
import { toDatasetView } from '../../views/preview.ts';
import { toActorSummary, toActorView, toModelsView, toTrainingDataView } from '../../views/subjects.ts';
import { STORE_ERRORS, STORE_WRITE_ERRORS, subjectParamsSchema } from '../shared.ts';

const operations = describeOperations('subjects', {
  getActor: {
    summary: 'Get an actor with its eligibility for auto-train',
    description: 'Includes the reasons that make the actor ineligible and a summary of its versions.',
    errors: [...STORE_ERRORS, 'subject_not_found'],
    request: { params: { id: EXAMPLE_IDS.actor } },
    answers: { 200: { description: 'The actor.', example: EXAMPLES.subjects.actor } },
  },
  listActors: {
    summary: 'List or search actors',
    description:
      'Filters may be combined. Without `limit` the response holds every actor; with `view=summary` a catalogue of more than 1 000 is cut into pages.',
    errors: [...STORE_ERRORS, 'invalid_cursor'],
    request: { query: { q: '0019', limit: 50 } },
    answers: { 200: { description: 'A page of actors.', example: EXAMPLES.subjects.actors } },
  },
  getActorTrainingData: {
    summary: 'Get the training data of an actor with the dataset report',
    description: '`report=false` omits the report, so that no image is read.',
    errors: [...STORE_ERRORS, 'subject_not_found'],
    request: { params: { id: EXAMPLE_IDS.actor } },
    answers: { 200: { description: 'The training data.', example: EXAMPLES.subjects.training_data } },
  },
  markTrainingDataGood: {
    summary: 'Mark the training data of an actor good, or remove the mark',
    description: 'Auto-train considers only actors whose training data are marked good.',
    errors: [...STORE_WRITE_ERRORS, 'subject_not_found'],
    request: { params: { id: EXAMPLE_IDS.actor }, body: { good: true } },
    answers: {
      200: { description: 'The stored mark.', example: { actor_id: '0019', training_data_good: true } },
    },
  },
});

/** Registers the routes of actors and of their training data. */
export function registerActorRoutes(app: Api, deps: ApiDeps): void {
  registerActorListRoute(app, deps);
  app.get(
    '/api/actors/:id',
    {
      schema: {
        ...operations.getActor,
        params: subjectParamsSchema,
        response: { 200: actorDetailSchema },
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
        ...operations.listActors,
        querystring: actorListQuerySchema,
        response: { 200: actorPageSchema },
      },
    },
    async (request) => {
      const query = toActorQuery(request.query);
      const { items, total, facets, nextCursor, catalogueCount } = await listActors(deps, query);
      return {
        actors: await (query.paged ? toSummaries(deps, items) : toViews(deps, items)),
        catalogue_count: catalogueCount,
        total: total ?? null,
        facets: { sex: [...facets.sex], ethnicity: [...facets.ethnicity] },
        next_cursor: nextCursor ?? null,
      };
    },
  );
}

async function toViews(deps: ApiDeps, actors: readonly Actor[]) {
  const live = await findLiveTrainings(deps, actors);
  return actors.map((actor) => toActorView(actor, live.get(actor.id)));
}

async function toSummaries(deps: ApiDeps, actors: readonly Actor[]) {
  const [models, errors] = await Promise.all([readActorModels(deps, actors), countDataErrors(deps, actors)]);
  return actors.map((actor) => {
    const known = models.get(actor.id) ?? summarizeModels(actor, []);
    return toActorSummary(actor, known, errors.get(actor.id) ?? 0);
  });
}

function toActorQuery(query: z.infer<typeof actorListQuerySchema>): ActorQuery {
  const { has_good_model, min_age, max_age, order, view, ...rest } = query;
  return omitUndefined({
    ...rest,
    paged: view === 'summary',
    hasGoodModel: has_good_model,
    minAge: min_age,
    maxAge: max_age,
    descending: order === undefined ? undefined : order === 'desc',
  });
}

async function loadActorDetail(deps: ApiDeps, spelling: string) {
  const subject = toSubject('actor', spelling);
  const { id } = subject;
  const found = await deps.catalogue.findActor(id);
  const [candidate] = found ? await listCandidates(deps, { actorIds: [id] }) : [];
  if (!candidate) throw new SubjectNotFoundError(subject);
  const [versions, live] = await Promise.all([
    deps.manifests.listVersions(subject),
    findLiveTrainings(deps, [candidate.actor]),
  ]);
  const { eligible, reasons, imported_version_count } = toCandidateView(candidate);
  const models = summarizeModels(candidate.actor, versions, live.get(id));
  return {
    ...toActorView(candidate.actor, live.get(id)),
    eligible,
    reasons,
    ...toModelsView(models),
    version_count: versions.length,
    imported_version_count,
  };
}

function registerTrainingDataRoute(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/actors/:id/training-data',
    {
      schema: {
        ...operations.getActorTrainingData,
        params: subjectParamsSchema,
        querystring: actorTrainingDataQuerySchema,
        response: { 200: actorTrainingDataSchema },
      },
    },
    async (request) => {
      const subject = toSubject('actor', request.params.id);
      const { id } = subject;
      const actor = await deps.catalogue.findActor(id);
      if (!actor) throw new SubjectNotFoundError(subject);
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
        ...operations.markTrainingDataGood,
        params: subjectParamsSchema,
        body: markTrainingDataGoodSchema.nullish(),
        response: { 200: trainingDataGoodSchema },
      },
    },
    async (request) => {
      const good = request.body?.good ?? true;
      const { id } = toSubject('actor', request.params.id);
      await markTrainingDataGood(deps, id, good);
      return { actor_id: id, training_data_good: good };
    },
  );
}

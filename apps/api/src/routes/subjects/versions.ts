import {
  markGood,
  parsePictureName,
  recordVerdicts,
  SubjectNotFoundError,
  upsertVersion,
  type VersionEntry,
} from '@trainyard/application';
import {
  markGoodSchema,
  verdictsSchema,
  versionListSchema,
  versionResponseSchema,
  versionUpsertSchema,
} from '@trainyard/contracts';
import {
  awaitsReview,
  omitUndefined,
  type Subject,
  type SubjectKind,
  toSubject,
  toVerdict,
} from '@trainyard/domain';
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { STORE_ERRORS, STORE_WRITE_ERRORS, subjectParamsSchema } from '../shared.ts';

const VERSION_ERRORS = [...STORE_WRITE_ERRORS, 'subject_not_found'] as const;

const list = {
  description:
    'Returns the entries of the manifest, unknown fields included, with their verdict and the pictures that `GET /api/trainings/{id}/pictures/{name}` serves.',
  errors: [...STORE_ERRORS, 'subject_not_found'],
  answers: { 200: { description: 'The versions.', example: EXAMPLES.subjects.versions } },
} as const;
const write = {
  description:
    'Creates a version, or updates the version of the same id, name or training. Of a version that Trainyard wrote only empty fields are filled.',
  errors: [...VERSION_ERRORS, 'version_name_taken'],
  answers: { 200: { description: 'The stored version.', example: EXAMPLES.subjects.good_version } },
} as const;
const mark = {
  description:
    'A subject has at most one good version: the good version before becomes not good. `good: false` records that the model is not good, `good: null` takes the verdict back. `unverified: true` confirms a model that Trainyard could not verify.',
  errors: [...VERSION_ERRORS, 'version_not_found', 'not_completed', 'model_not_verified'],
  answers: { 200: { description: 'The marked version.', example: EXAMPLES.subjects.good_version } },
} as const;
const judge = {
  description:
    'Records the verdicts on several versions in a single write, all or none. At most one of them is good; `good: null` takes a verdict back.',
  errors: mark.errors,
  answers: { 200: { description: 'The judged versions.', example: EXAMPLES.subjects.versions } },
} as const;
const body = {
  name: 'V6',
  status: 'completed',
  loraUrl: 's3://actor-maker/models/actor_0019_V6.safetensors',
};
const [actorParams, styleParams] = [{ id: EXAMPLE_IDS.actor }, { id: EXAMPLE_IDS.style }];
const markBody = { version_id: 'V7', good: true };
const judgeBody = {
  versions: [
    { version_id: 'V3', good: false },
    { version_id: 'V5', good: false },
  ],
};

const operations = describeOperations('subjects', {
  listActorVersions: { ...list, summary: 'List the versions of an actor', request: { params: actorParams } },
  listStyleVersions: { ...list, summary: 'List the versions of a style', request: { params: styleParams } },
  writeActorVersion: {
    ...write,
    summary: 'Create or update a version of an actor',
    request: { params: actorParams, body },
  },
  writeStyleVersion: {
    ...write,
    summary: 'Create or update a version of a style',
    request: { params: styleParams, body },
  },
  markActorVersionGood: {
    ...mark,
    summary: 'Judge a version of an actor',
    request: { params: actorParams, body: markBody },
  },
  markStyleVersionGood: {
    ...mark,
    summary: 'Judge a version of a style',
    request: { params: styleParams, body: markBody },
  },
  judgeActorVersions: {
    ...judge,
    summary: 'Judge several versions of an actor',
    request: { params: actorParams, body: judgeBody },
  },
  judgeStyleVersions: {
    ...judge,
    summary: 'Judge several versions of a style',
    request: { params: styleParams, body: judgeBody },
  },
});

const versionSchema = { params: subjectParamsSchema, response: { 200: versionResponseSchema } };

/** Registers the routes of the versions of actors or styles, and of their good version. */
export function registerVersionRoutes(app: Api, deps: ApiDeps, kind: SubjectKind): void {
  registerVersionListRoute(app, deps, kind);
  registerVersionUpsertRoute(app, deps, kind);
  registerVerdictsRoute(app, deps, kind);
  app.post(
    `/api/${kind}s/:id/mark-good`,
    {
      config: { idempotency: 'repeatable' },
      schema: {
        ...versionSchema,
        ...operations[kind === 'actor' ? 'markActorVersionGood' : 'markStyleVersionGood'],
        body: markGoodSchema,
      },
    },
    async (request) => {
      const { version_id: versionId, good, unverified = false } = request.body;
      const verdict = { versionId, good, unverified };
      return toVersionResponse(await markGood(deps, toSubject(kind, request.params.id), verdict));
    },
  );
}

function registerVerdictsRoute(app: Api, deps: ApiDeps, kind: SubjectKind): void {
  app.post(
    `/api/${kind}s/:id/verdicts`,
    {
      config: { idempotency: 'repeatable' },
      schema: {
        ...versionSchema,
        ...operations[kind === 'actor' ? 'judgeActorVersions' : 'judgeStyleVersions'],
        body: verdictsSchema,
        response: { 200: versionListSchema },
      },
    },
    async (request) => {
      const requests = request.body.versions.map(({ version_id: versionId, good, unverified = false }) => ({
        versionId,
        good,
        unverified,
      }));
      const subject = toSubject(kind, request.params.id);
      return { versions: (await recordVerdicts(deps, subject, requests)).map(toVersionView) };
    },
  );
}

function registerVersionListRoute(app: Api, deps: ApiDeps, kind: SubjectKind): void {
  app.get(
    `/api/${kind}s/:id/training-versions`,
    {
      schema: {
        ...versionSchema,
        ...operations[kind === 'actor' ? 'listActorVersions' : 'listStyleVersions'],
        response: { 200: versionListSchema },
      },
    },
    async (request) => {
      const subject = await requireSubject(deps, toSubject(kind, request.params.id));
      const versions = await deps.manifests.listVersions(subject);
      return { versions: versions.map(toVersionView) };
    },
  );
}

function registerVersionUpsertRoute(app: Api, deps: ApiDeps, kind: SubjectKind): void {
  app.post(
    `/api/${kind}s/:id/training-versions`,
    {
      schema: {
        ...versionSchema,
        ...operations[kind === 'actor' ? 'writeActorVersion' : 'writeStyleVersion'],
        body: versionUpsertSchema,
      },
    },
    async (request) => {
      const entry = omitUndefined(request.body as Readonly<Record<string, unknown>>);
      return toVersionResponse(await upsertVersion(deps, toSubject(kind, request.params.id), entry));
    },
  );
}

function toVersionView({ parameters, samples, warnings, ...version }: VersionEntry) {
  return {
    ...version,
    ...(samples && { samples: [...samples] }),
    ...(warnings && { warnings: [...warnings] }),
    parameters: { ...parameters },
    verdict: toVerdict(version),
    awaiting_review: awaitsReview(version),
    pictures: listPictures(version.training_id, samples),
  };
}

/** Only a version of a training has pictures that a route serves; other tools may use `samples` for their own values. */
function listPictures(trainingId: string | undefined, samples: readonly string[] = []) {
  if (trainingId === undefined) return [];
  return samples.map(parsePictureName).map(({ name, kind, index }) => ({ name, kind, index: index ?? null }));
}

function toVersionResponse(version: VersionEntry) {
  return { version: toVersionView(version) };
}

async function requireSubject(deps: ApiDeps, subject: Subject): Promise<Subject> {
  if (!(await deps.catalogue.hasSubject(subject))) throw new SubjectNotFoundError(subject);
  return subject;
}

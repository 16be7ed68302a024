import { markGood, SubjectNotFoundError, upsertVersion, type VersionEntry } from '@trainyard/application';
import {
  markGoodSchema,
  versionListSchema,
  versionResponseSchema,
  versionUpsertSchema,
} from '@trainyard/contracts';
import { omitUndefined, type Subject, type SubjectKind } from '@trainyard/domain';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { problemResponses, subjectParamsSchema } from '../shared.ts';

const versionSchema = {
  tags: ['subjects'],
  params: subjectParamsSchema,
  response: { 200: versionResponseSchema, ...problemResponses },
};

/** Registers the routes of the versions of actors or styles, and of their good version. */
export function registerVersionRoutes(app: Api, deps: ApiDeps, kind: SubjectKind): void {
  registerVersionListRoute(app, deps, kind);
  registerVersionUpsertRoute(app, deps, kind);
  app.post(
    `/api/${kind}s/:id/mark-good`,
    {
      config: { idempotency: 'repeatable' },
      schema: {
        ...versionSchema,
        summary: 'Mark a version good, or remove the mark',
        body: markGoodSchema,
      },
    },
    async (request) => {
      const { version_id: versionId, good, unverified = false } = request.body;
      const verdict = { versionId, good, unverified };
      return toVersionResponse(await markGood(deps, { kind, id: request.params.id }, verdict));
    },
  );
}

function registerVersionListRoute(app: Api, deps: ApiDeps, kind: SubjectKind): void {
  app.get(
    `/api/${kind}s/:id/training-versions`,
    {
      schema: {
        ...versionSchema,
        summary: `List the versions of ${kind === 'actor' ? 'an actor' : 'a style'}`,
        response: { 200: versionListSchema, ...problemResponses },
      },
    },
    async (request) => {
      const subject = await requireSubject(deps, { kind, id: request.params.id });
      const versions = await deps.manifests.listVersions(subject);
      return { versions: versions.map((each) => ({ ...each, parameters: { ...each.parameters } })) };
    },
  );
}

function registerVersionUpsertRoute(app: Api, deps: ApiDeps, kind: SubjectKind): void {
  app.post(
    `/api/${kind}s/:id/training-versions`,
    {
      schema: {
        ...versionSchema,
        summary: 'Create or update a version; of a version that Trainyard wrote only empty fields are filled',
        body: versionUpsertSchema,
      },
    },
    async (request) => {
      const entry = omitUndefined(request.body as Readonly<Record<string, unknown>>);
      return toVersionResponse(await upsertVersion(deps, { kind, id: request.params.id }, entry));
    },
  );
}

function toVersionResponse(version: VersionEntry) {
  return { version: { ...version, parameters: { ...version.parameters } } };
}

async function requireSubject(deps: ApiDeps, subject: Subject): Promise<Subject> {
  if (!(await deps.catalogue.hasSubject(subject))) throw new SubjectNotFoundError(subject);
  return subject;
}

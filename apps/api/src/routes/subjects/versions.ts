import { markGood, SubjectNotFoundError, upsertVersion } from '@trainyard/application';
import {
  markGoodSchema,
  versionListSchema,
  versionResponseSchema,
  versionUpsertSchema,
} from '@trainyard/contracts';
import type { Subject, SubjectKind } from '@trainyard/domain';
import { defined } from '../../mapping/defined.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { subjectParamsSchema } from '../params.ts';
import { problemResponses } from '../problems.ts';

const tags = ['subjects'];

/** The history of an actor or a style, and its good version (SPEC §5.2). */
export function registerVersionRoutes(app: Api, deps: ApiDeps, kind: SubjectKind): void {
  const base = `/api/${kind}s/:id`;
  app.get(
    `${base}/training-versions`,
    {
      schema: {
        ...versionSchema,
        summary: `An ${kind}’s versions`,
        response: { 200: versionListSchema, ...problemResponses },
      },
    },
    async (request) => {
      const versions = await deps.manifests.listVersions(
        await requireSubject(deps, { kind, id: request.params.id }),
      );
      return { versions: versions.map((each) => ({ ...each, parameters: { ...each.parameters } })) };
    },
  );
  app.post(
    `${base}/training-versions`,
    {
      schema: {
        ...versionSchema,
        summary: 'Add or update an entry; of a training of ours only what is empty is filled',
        body: versionUpsertSchema,
      },
    },
    async (request) => {
      const entry = defined(request.body as Readonly<Record<string, unknown>>);
      const saved = await upsertVersion(deps, { kind, id: request.params.id }, entry);
      return { version: { ...saved, parameters: { ...saved.parameters } } };
    },
  );
  app.post(
    `${base}/mark-good`,
    {
      config: { idempotency: 'repeatable' },
      schema: {
        ...versionSchema,
        summary: 'Make a version the good one, or take that back',
        body: markGoodSchema,
      },
    },
    async (request) => {
      const { version_id: versionId, good } = request.body;
      const version = await markGood(deps, { kind, id: request.params.id }, { versionId, good });
      return { version: { ...version, parameters: { ...version.parameters } } };
    },
  );
}

async function requireSubject(deps: ApiDeps, subject: Subject): Promise<Subject> {
  if (!(await deps.catalogue.hasSubject(subject))) throw new SubjectNotFoundError(subject);
  return subject;
}

const versionSchema = {
  tags,
  params: subjectParamsSchema,
  response: { 200: versionResponseSchema, ...problemResponses },
};

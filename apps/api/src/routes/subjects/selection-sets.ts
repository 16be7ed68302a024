import { checkSetImages, type SelectionSet, SubjectNotFoundError } from '@trainyard/application';
import {
  selectionSetCreateSchema,
  selectionSetListSchema,
  selectionSetParamsSchema,
  selectionSetPatchSchema,
  selectionSetSchema,
} from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import { z } from 'zod';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { problemResponses, subjectParamsSchema } from '../shared.ts';

const tags = ['subjects'];

/** Registers the routes of the selection sets of a style. */
export function registerSelectionSetRoutes(app: Api, deps: ApiDeps): void {
  const path = '/api/styles/:id/selection-sets';
  app.get(
    path,
    {
      schema: {
        tags,
        summary: 'List the selection sets of a style',
        params: subjectParamsSchema,
        response: { 200: selectionSetListSchema, ...problemResponses },
      },
    },
    async ({ params: { id } }) => {
      if (!(await deps.catalogue.findStyle(id))) throw new SubjectNotFoundError({ kind: 'style', id });
      const [sets, findVersionNames] = await Promise.all([
        deps.catalogue.listSelectionSets(id),
        loadVersionNames(deps, id),
      ]);
      return { selection_sets: sets.map((set) => toSetView(set, findVersionNames(set.id))) };
    },
  );
  app.post(
    path,
    {
      schema: {
        tags,
        summary: 'Create a selection set',
        params: subjectParamsSchema,
        body: selectionSetCreateSchema,
        response: { 201: selectionSetSchema, ...problemResponses },
      },
    },
    async ({ params: { id }, body }, reply) => {
      checkSetImages(deps, body.images);
      const set = await deps.catalogue.createSelectionSet(id, body);
      return reply.code(201).send(toSetView(set, []));
    },
  );
  registerChangeRoutes(app, deps);
}

/** Loads the versions of a style. @returns a function that lists the versions trained on a selection set */
async function loadVersionNames(deps: ApiDeps, id: string) {
  const versions = await deps.manifests.listVersions({ kind: 'style', id });
  return (setId: number): string[] =>
    versions.filter(({ selectionSetId }) => selectionSetId === setId).map(({ name }) => name);
}

function toSetView(set: SelectionSet, usedBy: string[]) {
  return {
    id: set.id,
    name: set.name,
    images: [...set.images],
    used_by: usedBy,
  };
}

function registerChangeRoutes(app: Api, deps: ApiDeps): void {
  const path = '/api/styles/:id/selection-sets/:set_id';
  app.patch(
    path,
    {
      schema: {
        tags,
        summary: 'Change the name or the images of a selection set',
        params: selectionSetParamsSchema,
        body: selectionSetPatchSchema,
        response: { 200: selectionSetSchema, ...problemResponses },
      },
    },
    async ({ params: { id, set_id: setId }, body }) => {
      checkSetImages(deps, body.images ?? []);
      const set = await deps.catalogue.updateSelectionSet(id, setId, omitUndefined(body));
      return toSetView(set, (await loadVersionNames(deps, id))(setId));
    },
  );
  app.delete(
    path,
    {
      schema: {
        tags,
        summary: 'Delete a selection set without its images and versions',
        params: selectionSetParamsSchema,
        response: { 204: z.null(), ...problemResponses },
      },
    },
    async ({ params: { id, set_id: setId } }, reply) => {
      await deps.catalogue.deleteSelectionSet(id, setId);
      return reply.code(204).send(null);
    },
  );
}

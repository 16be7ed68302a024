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
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { STORE_ERRORS, STORE_WRITE_ERRORS, subjectParamsSchema } from '../shared.ts';

const operations = describeOperations('subjects', {
  listSelectionSets: {
    summary: 'List the selection sets of a style',
    description: 'Each set names the versions that were trained on it.',
    errors: [...STORE_ERRORS, 'subject_not_found'],
    request: { params: { id: EXAMPLE_IDS.style } },
    answers: { 200: { description: 'The selection sets.', example: EXAMPLES.subjects.selection_sets } },
  },
  createSelectionSet: {
    summary: 'Create a selection set',
    description: 'An image is an address, an object key or a file name in the folder of the style.',
    errors: [...STORE_WRITE_ERRORS, 'subject_not_found'],
    request: {
      params: { id: EXAMPLE_IDS.style },
      body: { name: 'Portraits', images: EXAMPLES.subjects.selection_set.images },
    },
    answers: {
      201: {
        description: 'The selection set.',
        example: { ...EXAMPLES.subjects.selection_set, used_by: [] },
      },
    },
  },
  updateSelectionSet: {
    summary: 'Change the name or the images of a selection set',
    description: 'Absent fields stay unchanged. Versions that were trained on the set keep their images.',
    errors: [...STORE_WRITE_ERRORS, 'subject_not_found', 'selection_set_not_found'],
    request: {
      params: { id: EXAMPLE_IDS.style, set_id: 1 },
      body: { name: 'Portraits', images: EXAMPLES.subjects.selection_set.images },
    },
    answers: { 200: { description: 'The selection set.', example: EXAMPLES.subjects.selection_set } },
  },
  deleteSelectionSet: {
    summary: 'Delete a selection set',
    description: 'Its images and versions stay.',
    errors: [...STORE_WRITE_ERRORS, 'subject_not_found', 'selection_set_not_found'],
    request: { params: { id: EXAMPLE_IDS.style, set_id: 1 } },
    answers: { 204: { description: 'The selection set is deleted.' } },
  },
});

/** Registers the routes of the selection sets of a style. */
export function registerSelectionSetRoutes(app: Api, deps: ApiDeps): void {
  const path = '/api/styles/:id/selection-sets';
  app.get(
    path,
    {
      schema: {
        ...operations.listSelectionSets,
        params: subjectParamsSchema,
        response: { 200: selectionSetListSchema },
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
        ...operations.createSelectionSet,
        params: subjectParamsSchema,
        body: selectionSetCreateSchema,
        response: { 201: selectionSetSchema },
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
        ...operations.updateSelectionSet,
        params: selectionSetParamsSchema,
        body: selectionSetPatchSchema,
        response: { 200: selectionSetSchema },
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
        ...operations.deleteSelectionSet,
        params: selectionSetParamsSchema,
        response: { 204: z.null() },
      },
    },
    async ({ params: { id, set_id: setId } }, reply) => {
      await deps.catalogue.deleteSelectionSet(id, setId);
      return reply.code(204).send(null);
    },
  );
}

import {
  listStyleImages,
  paginateImages,
  planUpload,
  readCaption,
  type StyleImage,
  saveCaption,
  type WriteCondition,
} from '@trainyard/application';
import {
  captionParamsSchema,
  captionSchema,
  captionWriteSchema,
  styleImagesQuerySchema,
  styleImagesSchema,
  uploadRequestSchema,
  uploadSchema,
} from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toIso } from '../../views/training.ts';
import { createReadLink, createUploadLink, type LinkDeps } from '../files/links.ts';
import { problemResponses, subjectParamsSchema } from '../shared.ts';

const tags = ['subjects'];
type Deps = ApiDeps & LinkDeps;

/** Registers the routes of the images of a style and of their captions. */
export function registerStyleImageRoutes(app: Api, deps: Deps): void {
  registerImageListRoute(app, deps);
  registerUploadRoute(app, deps);
  registerCaptionRoutes(app, deps);
}

function registerImageListRoute(app: Api, deps: Deps): void {
  app.get(
    '/api/styles/:id/images',
    {
      schema: {
        tags,
        summary: 'List the images of a style in the object store',
        params: subjectParamsSchema,
        querystring: styleImagesQuerySchema,
        response: { 200: styleImagesSchema, ...problemResponses },
      },
    },
    async ({ params: { id }, query }) => {
      const [images, sets] = await Promise.all([
        listStyleImages(deps, id),
        deps.catalogue.listSelectionSets(id),
      ]);
      const findSetIds = (uri: string) => sets.filter((set) => set.images.includes(uri)).map((set) => set.id);
      const { items, nextCursor } = paginateImages(images, omitUndefined(query));
      return {
        images: await Promise.all(items.map((image) => toImageView(deps, image, findSetIds(image.uri)))),
        next_cursor: nextCursor ?? null,
        total: images.length,
        captioned: images.filter(({ caption }) => caption === 'present').length,
      };
    },
  );
}

async function toImageView(deps: Deps, image: StyleImage, sets: readonly number[]) {
  return {
    name: image.name,
    uri: image.uri,
    size_bytes: image.sizeBytes,
    last_modified: toIso(image.lastModifiedMs),
    caption: image.caption,
    selection_set_ids: [...sets],
    preview_url: (await createReadLink(deps, image.uri)).url,
  };
}

function registerUploadRoute(app: Api, deps: Deps): void {
  app.post(
    '/api/styles/:id/uploads',
    {
      config: { idempotency: 'unsaved' },
      schema: {
        tags,
        summary: 'Create an upload link for an image',
        params: subjectParamsSchema,
        body: uploadRequestSchema,
        response: { 200: uploadSchema, ...problemResponses },
      },
    },
    async ({ params: { id }, body: { name, size_bytes: sizeBytes, replace } }) => {
      const plan = await planUpload(deps, id, { name, sizeBytes, replace });
      const { url, until } = await createUploadLink(deps, plan, replace);
      const headers = { 'content-type': plan.contentType, 'content-length': String(plan.sizeBytes) };
      return { name, uri: plan.uri, method: 'PUT' as const, url, headers, expires_at: toIso(until) };
    },
  );
}

function registerCaptionRoutes(app: Api, deps: Deps): void {
  const path = '/api/styles/:id/captions/:name';
  const shared = { tags, params: captionParamsSchema, response: { 200: captionSchema, ...problemResponses } };
  app.get(
    path,
    { schema: { ...shared, summary: 'Get the caption of an image' } },
    async ({ params: { id: styleId, name } }) => ({ name, ...(await readCaption(deps, { styleId, name })) }),
  );
  app.put(
    path,
    { schema: { ...shared, summary: 'Write the caption of an image', body: captionWriteSchema } },
    async ({ params: { id: styleId, name }, body: { text, etag } }) => ({
      name,
      ...(await saveCaption(deps, { styleId, name }, { text, ...toWriteCondition(etag) })),
    }),
  );
}

/** Without an ETag the caption is replaced unconditionally; null requires that no caption exists. */
function toWriteCondition(etag: string | null | undefined): { readonly condition?: WriteCondition } {
  if (etag === undefined) return {};
  return { condition: etag === null ? { ifAbsent: true } : { ifMatch: etag } };
}

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
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toIso } from '../../views/training.ts';
import { createReadLink, createUploadLink, type LinkDeps } from '../files/links.ts';
import { STORE_ERRORS, subjectParamsSchema } from '../shared.ts';

const operations = describeOperations('subjects', {
  listStyleImages: {
    summary: 'List the images of a style in the object store',
    description:
      'Each image has a preview link that is valid for 1 h, the state of its caption, and the selection sets that contain it.',
    errors: [...STORE_ERRORS, 'subject_not_found', 'invalid_cursor'],
    request: { params: { id: EXAMPLE_IDS.style }, query: { limit: 50 } },
    answers: { 200: { description: 'A page of images.', example: EXAMPLES.subjects.style_images } },
  },
  createStyleUpload: {
    summary: 'Create an upload link for an image',
    description:
      'PUT the image to `url` with the given headers within 15 min. A repeated request with the same Idempotency-Key receives a new link.',
    errors: [...STORE_ERRORS, 'subject_not_found', 'image_exists'],
    request: { params: { id: EXAMPLE_IDS.style }, body: { name: 'image_003.png', size_bytes: 1_843_201 } },
    answers: { 200: { description: 'The upload link.', example: EXAMPLES.subjects.upload } },
  },
  getStyleCaption: {
    summary: 'Get the caption of an image',
    description: 'Returns the text and its ETag.',
    errors: [...STORE_ERRORS, 'subject_not_found', 'image_not_found', 'caption_not_found'],
    request: { params: { id: EXAMPLE_IDS.style, name: 'image_001.png' } },
    answers: { 200: { description: 'The caption.', example: EXAMPLES.subjects.caption } },
  },
  writeStyleCaption: {
    summary: 'Write the caption of an image',
    description:
      'With the ETag of the text that was read, a concurrent change is detected. `etag: null` requires that no caption exists.',
    errors: [...STORE_ERRORS, 'subject_not_found', 'image_not_found', 'caption_changed'],
    request: {
      params: { id: EXAMPLE_IDS.style, name: 'image_001.png' },
      body: { text: 'a woman at a window, oil painting, style_16', etag: EXAMPLES.subjects.caption.etag },
    },
    answers: { 200: { description: 'The stored caption.', example: EXAMPLES.subjects.caption } },
  },
});

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
        ...operations.listStyleImages,
        params: subjectParamsSchema,
        querystring: styleImagesQuerySchema,
        response: { 200: styleImagesSchema },
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
        ...operations.createStyleUpload,
        params: subjectParamsSchema,
        body: uploadRequestSchema,
        response: { 200: uploadSchema },
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
  const shared = { params: captionParamsSchema, response: { 200: captionSchema } };
  app.get(
    path,
    { schema: { ...shared, ...operations.getStyleCaption } },
    async ({ params: { id, name } }) => ({
      name,
      ...(await readCaption(deps, { subject: { kind: 'style', id }, name })),
    }),
  );
  app.put(
    path,
    { schema: { ...shared, ...operations.writeStyleCaption, body: captionWriteSchema } },
    async ({ params: { id, name }, body: { text, etag } }) => ({
      name,
      ...(await saveCaption(
        deps,
        { subject: { kind: 'style', id }, name },
        { text, ...toWriteCondition(etag) },
      )),
    }),
  );
}

/** Without an ETag the caption is replaced unconditionally; null requires that no caption exists. */
function toWriteCondition(etag: string | null | undefined): { readonly condition?: WriteCondition } {
  if (etag === undefined) return {};
  return { condition: etag === null ? { ifAbsent: true } : { ifMatch: etag } };
}

import { Readable } from 'node:stream';
import {
  IMAGE_MAX_BYTES,
  InvalidRequestError,
  invalidateReport,
  PreconditionFailedError,
} from '@trainyard/application';
import { lineSchema } from '@trainyard/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import { FileNotFoundError, UploadConflictError } from '../../problems/errors.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { LINK_PATH, type LinkFor, type Links } from './links.ts';

/** A link is signed: its content and its signature. */
const LINK_EXAMPLE =
  'eyJtYXkiOiJnZXQiLCJ1cmkiOiJzMzovL2FjdG9yLW1ha2VyL21vZGVscy9hY3Rvcl8wMDE5X1Y3LnNhZmV0ZW5zb3JzIn0.22EXK4RXIRDyj0b5HUWu9enYltMKD88KjSDQjX89Yv4';

const operations = describeOperations('files', {
  downloadFile: {
    summary: 'Download an object by a signed link',
    description: 'The link is the only authorization. Links come from other operations.',
    errors: ['invalid_link', 'file_not_found', 'object_store_unavailable', 'object_store_refused'],
    request: { query: { link: LINK_EXAMPLE } },
    answers: {
      200: { description: 'The object.', headers: ['ETag', 'Content-Disposition', 'Cache-Control'] },
    },
  },
  uploadFile: {
    summary: 'Upload an object by a signed link',
    description: 'Type and size must be those of the link.',
    errors: ['invalid_link', 'image_exists', 'object_store_unavailable', 'object_store_refused'],
    request: { query: { link: LINK_EXAMPLE } },
    answers: {
      200: { description: 'The object is stored.', example: { etag: EXAMPLES.subjects.caption.etag } },
    },
  },
});

const querySchema = z.object({ link: lineSchema.min(1).max(8_192) });
const config = { access: 'public' } as const;
const shared = { tags: ['files'], security: [] as [], querystring: querySchema };
/** A model of 150 MB may be downloaded over a slow connection. */
const DOWNLOAD_TIMEOUT_MS = 3_600_000;
const UPLOAD_TIMEOUT_MS = 300_000;

/** Any bytes. */
const BYTES = z.any().meta({ type: 'string', format: 'binary' });

const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  bmp: 'image/bmp',
  safetensors: 'application/octet-stream',
};

/** Types of the objects that a link may lead to, models first. */
const DOWNLOAD_CONTENT = Object.fromEntries(
  ['application/octet-stream', ...Object.values(TYPES)].map((type) => [type, { schema: BYTES }]),
);

/**
 * Registers download and upload by signed links, for object stores that cannot presign URLs. The link is the only
 * authorization.
 */
export async function registerFileRoutes(app: Api, deps: ApiDeps, links: Links): Promise<void> {
  app.get(
    LINK_PATH,
    {
      config,
      handlerTimeout: DOWNLOAD_TIMEOUT_MS,
      schema: {
        ...shared,
        ...operations.downloadFile,
        response: { 200: { content: DOWNLOAD_CONTENT } },
      },
    },
    async (request, reply) => sendObject(deps, links.read('get', request.query.link), reply),
  );
  await app.register(async (scope) => registerUploadRoute(scope as unknown as Api, deps, links));
}

/** The link is verified before the body is read. */
function registerUploadRoute(app: Api, deps: ApiDeps, links: Links): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_: FastifyRequest, body: unknown) => body);
  app.addHook('onRequest', async (request) => {
    const parsed = querySchema.safeParse(request.query);
    links.read('put', parsed.data?.link ?? '');
  });
  app.put(
    LINK_PATH,
    {
      config,
      bodyLimit: IMAGE_MAX_BYTES,
      handlerTimeout: UPLOAD_TIMEOUT_MS,
      schema: {
        ...shared,
        ...operations.uploadFile,
        consumes: ['image/*'],
        body: z.unknown(),
        response: { 200: z.object({ etag: z.string() }) },
      },
    },
    async (request) => receiveUpload(deps, links.read('put', request.query.link), request),
  );
}

function getContentType(uri: string): string {
  return TYPES[uri.slice(uri.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
}

async function sendObject(deps: ApiDeps, link: LinkFor<'get'>, reply: FastifyReply): Promise<FastifyReply> {
  const found = await deps.objects.openUri(link.uri);
  if (!found) throw new FileNotFoundError();
  const disposition =
    link.as === undefined ? 'inline' : `attachment; filename*=UTF-8''${encodeURIComponent(link.as)}`;
  return reply
    .header('content-length', found.sizeBytes)
    .header('content-disposition', disposition)
    .header('cache-control', 'private, max-age=300')
    .header('etag', found.etag)
    .type(getContentType(link.uri))
    .send(Readable.from(found.body));
}

/** Stores an upload. Throws InvalidRequestError when its size or type differs from the link. */
async function receiveUpload(
  deps: ApiDeps,
  link: LinkFor<'put'>,
  request: FastifyRequest,
): Promise<{ etag: string }> {
  const body = request.body as Buffer | undefined;
  const issues = [
    ...(body?.length === link.bytes
      ? []
      : [{ path: 'body', message: 'differs in size from the upload link', bound: `${link.bytes} bytes` }]),
    ...(request.headers['content-type'] === link.type
      ? []
      : [{ path: 'header.content-type', message: `must be ${link.type}` }]),
  ];
  if (issues.length > 0 || body === undefined) throw new InvalidRequestError(issues);
  return storeUpload(deps, link, body);
}

async function storeUpload(deps: ApiDeps, link: LinkFor<'put'>, body: Buffer): Promise<{ etag: string }> {
  const condition = link.replace ? {} : ({ condition: { ifAbsent: true } } as const);
  try {
    const stored = await deps.objects.put(link.key, body, { ...condition, contentType: link.type });
    const styleId = /^styles\/([^/]+)\//.exec(link.key)?.[1];
    if (styleId !== undefined) await invalidateReport(deps, { kind: 'style', id: styleId });
    return stored;
  } catch (error) {
    if (error instanceof PreconditionFailedError) throw new UploadConflictError();
    throw error;
  }
}

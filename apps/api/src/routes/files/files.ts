import { Readable } from 'node:stream';
import { IMAGE_MAX_BYTES, InvalidRequestError, PreconditionFailedError } from '@trainyard/application';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { problemResponses } from '../problems.ts';
import { LINK_PATH, type LinkFor, type Links } from './links.ts';

const querySchema = z.object({ link: z.string().min(1).max(8_192) });
const config = { access: 'public' } as const;
const shared = { tags: ['files'], security: [] as [], querystring: querySchema };
/** A model on a slow line takes its time. */
const DOWNLOAD_WITHIN_MS = 3_600_000;
const UPLOAD_WITHIN_MS = 300_000;

const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  bmp: 'image/bmp',
  safetensors: 'application/octet-stream',
};

/** Objects by signed links, for a store that cannot presign them: the link alone says what may be done. */
export async function registerFileRoutes(app: Api, deps: ApiDeps, links: Links): Promise<void> {
  app.get(
    LINK_PATH,
    {
      config,
      handlerTimeout: DOWNLOAD_WITHIN_MS,
      schema: {
        ...shared,
        summary: 'An object by its link',
        response: { 200: { content: { '*/*': { schema: z.any() } } }, ...problemResponses },
      },
    },
    async (request, reply) => sendObject(deps, links.read('get', request.query.link), reply),
  );
  await app.register(async (scope) => {
    const uploads = scope as unknown as Api;
    uploads.removeAllContentTypeParsers();
    uploads.addContentTypeParser(
      '*',
      { parseAs: 'buffer' },
      async (_: FastifyRequest, body: unknown) => body,
    );
    uploads.addHook('onRequest', async (request) => {
      const read = querySchema.safeParse(request.query);
      links.read('put', read.data?.link ?? '');
    });
    uploads.put(
      LINK_PATH,
      {
        config,
        bodyLimit: IMAGE_MAX_BYTES,
        handlerTimeout: UPLOAD_WITHIN_MS,
        schema: {
          ...shared,
          summary: 'An upload by its link',
          consumes: ['image/*'],
          body: z.unknown(),
          response: { 200: z.object({ etag: z.string() }), ...problemResponses },
        },
      },
      async (request) => receiveUpload(deps, links.read('put', request.query.link), request),
    );
  });
}

function getContentType(uri: string): string {
  return TYPES[uri.slice(uri.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
}

/** Thrown when a link leads to an object that is gone. */
export class FileNotFoundError extends Error {
  readonly code = 'file_not_found';
  constructor() {
    super('The object is not in the store');
    this.name = 'FileNotFoundError';
  }
}

/** Thrown when another upload of that name was faster. */
class ImageExistsError extends Error {
  readonly code = 'image_exists';
  constructor() {
    super('An object of that name was put there meanwhile');
    this.name = 'UploadTakenError';
  }
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

/** Throws InvalidRequestError when the bytes are not those that were announced. */
async function receiveUpload(
  deps: ApiDeps,
  link: LinkFor<'put'>,
  request: FastifyRequest,
): Promise<{ etag: string }> {
  const body = request.body as Buffer | undefined;
  const issues = [
    ...(body?.length === link.bytes
      ? []
      : [{ path: 'body', message: 'has another size than was announced', bound: `${link.bytes} bytes` }]),
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
    return await deps.objects.put(link.key, body, { ...condition, contentType: link.type });
  } catch (error) {
    if (error instanceof PreconditionFailedError) throw new ImageExistsError();
    throw error;
  }
}

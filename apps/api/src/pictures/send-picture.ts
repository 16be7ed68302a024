import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  IMAGE_HEADER_BYTES,
  IMAGE_MAX_BYTES,
  type ObjectStore,
  readDimensions,
} from '@trainyard/application';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PictureNotFoundError, UnusablePictureError } from '../problems/errors.ts';
import { createDecodeSlots, type DecodeLimits } from './decode-slots.ts';
import { createPictureCache } from './picture-cache.ts';
import { type RasterType, sniffRasterType } from './raster.ts';

/** The widths of resized pictures, in pixels. */
const PICTURE_WIDTHS = ['96', '320', '640'] as const;

/** Query of a picture: without a width the original is sent. */
export const pictureQuerySchema = z.strictObject({
  w: z
    .enum(PICTURE_WIDTHS)
    .transform(Number)
    .optional()
    .describe(
      'Width in pixels; the answer is a WebP of at most this width. Without it the original is sent.',
    ),
});

/** A picture of the object store that a route may serve. The route has checked that its address belongs to it. */
interface PictureSource {
  /** `s3://bucket/key`. */
  readonly uri: string;
  /** Name in messages. */
  readonly name: string;
  readonly width?: number | undefined;
}

/** Sends pictures of the object store, resized on request. One per process, so that its bounds hold for all routes. */
export interface PictureSender {
  /**
   * Sends a picture as WebP or as the original with its recognized type, with ETag and 304. Throws PictureNotFoundError,
   * UnusablePictureError for a content that is no raster picture or exceeds the bounds, PicturesBusyError, and
   * ObjectStoreError.
   */
  send(source: PictureSource, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Deletes the cached pictures. */
  close(): Promise<void>;
}

/** The reason against a picture without a file. */
const MISSING_FILE = 'its file is not in the object store';

/** Largest decoded picture: 50 megapixels. */
const MAX_PIXELS = 50_000_000;
const CACHE_MAX_BYTES = 256 * 1024 * 1024;

/** The pictures are untrusted: a browser neither guesses their type nor executes their content. */
const HEADERS = {
  'cache-control': 'private, max-age=86400',
  'x-content-type-options': 'nosniff',
  'content-security-policy': 'sandbox',
  'content-disposition': 'inline',
};

/** Creates the sender with an empty cache. */
export function createPictureSender(
  objects: Pick<ObjectStore, 'headUri' | 'getUri' | 'openUri'>,
  limits: DecodeLimits,
): PictureSender {
  const resize = createResizer(objects, limits);
  return {
    send: async (source, request, reply) => {
      const head = await objects.headUri(source.uri);
      if (!head) throw new PictureNotFoundError(source.name, MISSING_FILE);
      assertSize(source, head.sizeBytes);
      const etag = toEtag(source, head.etag);
      const headers = { ...HEADERS, etag };
      if (listEtags(request.headers['if-none-match']).includes(etag))
        return reply.headers(headers).code(304).send();
      const { width } = source;
      const sent =
        width === undefined
          ? await openOriginal(objects, source)
          : toSent(await resize.run({ ...source, width }, etag));
      return reply
        .headers({ ...headers, 'content-length': sent.sizeBytes })
        .type(sent.type)
        .send(sent.body);
    },
    close: resize.close,
  };
}

function assertSize({ name }: PictureSource, sizeBytes: number): void {
  if (sizeBytes > IMAGE_MAX_BYTES)
    throw new UnusablePictureError(name, `it is larger than ${IMAGE_MAX_BYTES / 1024 ** 2} MiB`);
}

/** The content of an address at a width: the ETag of the object may be weak or repeat in a different bucket. */
function toEtag({ uri, width }: PictureSource, objectEtag: string): string {
  const digest = createHash('sha256').update(JSON.stringify([uri, objectEtag, width ?? null]));
  return `"${digest.digest('hex').slice(0, 40)}"`;
}

function listEtags(header: string | undefined): readonly string[] {
  return (header ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
}

function assertRaster({ name }: PictureSource, bytes: Uint8Array): RasterType {
  const type = sniffRasterType(bytes);
  if (type === undefined) throw new UnusablePictureError(name, 'it is no PNG, JPEG, WebP or BMP picture');
  return type;
}

/** A browser decodes an original: its bound is that of the server. */
function assertPixels({ name }: PictureSource, start: Uint8Array): void {
  const { width, height } = readDimensions(start) ?? { width: 0, height: 0 };
  if (width * height > MAX_PIXELS)
    throw new UnusablePictureError(name, `it has more than ${MAX_PIXELS / 1_000_000} megapixels`);
}

/** A picture that is being sent. */
interface SentPicture {
  readonly type: RasterType;
  readonly sizeBytes: number;
  readonly body: Buffer | Readable;
}

function toSent({ body, type }: Picture): SentPicture {
  return { type, sizeBytes: body.length, body: Buffer.from(body) };
}

async function openOriginal(
  objects: Pick<ObjectStore, 'openUri'>,
  source: PictureSource,
): Promise<SentPicture> {
  const found = await objects.openUri(source.uri);
  if (!found) throw new PictureNotFoundError(source.name, MISSING_FILE);
  const chunks = found.body[Symbol.asyncIterator]();
  let first = new Uint8Array();
  while (first.length < IMAGE_HEADER_BYTES) {
    const { done, value } = await chunks.next();
    if (done) break;
    first = Buffer.concat([first, value]);
  }
  try {
    const type = assertRaster(source, first);
    assertPixels(source, first);
    const body = Readable.from(continueWith(first, chunks), { objectMode: false });
    return { type, sizeBytes: found.sizeBytes, body };
  } catch (error) {
    await chunks.return?.();
    throw error;
  }
}

async function* continueWith(first: Uint8Array, rest: AsyncIterator<Uint8Array>) {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

interface Picture {
  readonly body: Uint8Array;
  readonly type: RasterType;
}

/** Resizes pictures within the bounds, each address and width once at a time, and keeps the results in a folder. */
function createResizer(objects: Pick<ObjectStore, 'getUri'>, limits: DecodeLimits) {
  const cache = createPictureCache(CACHE_MAX_BYTES);
  const slots = createDecodeSlots(limits);
  const running = new Map<string, Promise<Picture>>();
  const resize = async (source: PictureSource & { readonly width: number }, name: string) => {
    const cached = await cache.read(name);
    if (cached) return { body: cached, type: 'image/webp' } as const;
    const picture = await slots.run(() => decode(objects, source));
    if (picture.type === 'image/webp') await cache.save(name, picture.body);
    return picture;
  };
  return {
    run: (source: PictureSource & { readonly width: number }, etag: string): Promise<Picture> => {
      const name = etag.replaceAll('"', '');
      const known = running.get(name);
      if (known) return known;
      const started = resize(source, name).finally(() => running.delete(name));
      running.set(name, started);
      return started;
    },
    close: () => cache.close(),
  };
}

/** Decodes and encodes a picture. BMP has no decoder, so that its original is sent. */
async function decode(
  objects: Pick<ObjectStore, 'getUri'>,
  source: PictureSource & { readonly width: number },
): Promise<Picture> {
  const found = await objects.getUri(source.uri);
  if (!found) throw new PictureNotFoundError(source.name, MISSING_FILE);
  assertSize(source, found.sizeBytes);
  const type = assertRaster(source, found.body);
  if (type === 'image/bmp') return { body: found.body, type };
  // The library maps 20 MB of code, which a process that serves no picture does not need.
  const { default: sharp } = await import('sharp');
  try {
    const body = await sharp(found.body, { limitInputPixels: MAX_PIXELS, autoOrient: true })
      .resize({ width: source.width, withoutEnlargement: true })
      .webp()
      .toBuffer();
    return { body, type: 'image/webp' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    throw new UnusablePictureError(source.name, `it cannot be decoded: ${reason}`, { cause: error });
  }
}

import { isImage, toCaptionAddress } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { CorruptDocumentError, PreconditionFailedError } from '../errors.ts';
import type { WriteCondition } from '../ports/storage/object-store.ts';
import { getStyleFolder, ImageNotFoundError } from './style-images.ts';

type CaptionDeps = Pick<Deps, 'catalogue' | 'objects'>;

/** The text beside an image, and the ETag under which it was read. */
export interface Caption {
  readonly text: string;
  readonly etag: string;
}

/** Names an image of a style. */
interface ImageName {
  readonly styleId: string;
  readonly name: string;
}

/** Thrown when an image has no caption. */
export class CaptionNotFoundError extends Error {
  readonly code = 'caption_not_found';
  readonly retryable = false;
  constructor({ styleId, name }: ImageName) {
    super(`image ${name} of style ${styleId} has no caption`);
    this.name = 'CaptionNotFoundError';
  }
}

/** Thrown when a caption is no longer as the caller read it. */
export class CaptionChangedError extends Error {
  readonly code = 'caption_changed';
  readonly retryable = false;
  constructor({ styleId, name }: ImageName) {
    super(`the caption of ${name} of style ${styleId} changed since it was read`);
    this.name = 'CaptionChangedError';
  }
}

/** The key of the caption. Throws SubjectNotFoundError, ImageNotFoundError. */
async function resolveCaptionKey(deps: CaptionDeps, { styleId, name }: ImageName): Promise<string> {
  const image = `${await getStyleFolder(deps, styleId)}${name}`;
  if (!isImage(name) || !(await deps.objects.head(image))) throw new ImageNotFoundError(styleId, name);
  return toCaptionAddress(image);
}

function decodeCaption(key: string, body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new CorruptDocumentError(key, 'a caption is text in UTF-8');
  }
}

/** Throws SubjectNotFoundError, ImageNotFoundError, CaptionNotFoundError, CorruptDocumentError. */
export async function readCaption(deps: CaptionDeps, image: ImageName): Promise<Caption> {
  const key = await resolveCaptionKey(deps, image);
  const found = await deps.objects.get(key);
  if (!found) throw new CaptionNotFoundError(image);
  return { text: decodeCaption(key, found.body), etag: found.etag };
}

/**
 * Writes the caption of an image; with the ETag that was read, or `*` for none yet, only over that one. Throws
 * SubjectNotFoundError, ImageNotFoundError, CaptionChangedError.
 */
export async function saveCaption(
  deps: CaptionDeps,
  image: ImageName,
  request: { readonly text: string; readonly condition?: WriteCondition },
): Promise<Caption> {
  const key = await resolveCaptionKey(deps, image);
  const condition = request.condition && { condition: request.condition };
  try {
    const { etag } = await deps.objects.put(key, request.text, {
      ...condition,
      contentType: 'text/plain; charset=utf-8',
    });
    return { text: request.text, etag };
  } catch (error) {
    if (error instanceof PreconditionFailedError) throw new CaptionChangedError(image);
    throw error;
  }
}

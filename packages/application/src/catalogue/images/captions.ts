import { isImage, toCaptionAddress } from '@trainyard/domain';
import { invalidateReport } from '../../dataset/check-dataset.ts';
import { ignoringRefusal, listCaptionAddresses } from '../../dataset/inspect.ts';
import type { Deps } from '../../deps.ts';
import {
  CaptionChangedError,
  CaptionNotFoundError,
  CorruptDocumentError,
  type ImageName,
  ImageNotFoundError,
  PreconditionFailedError,
} from '../../errors.ts';
import type { StoredObject, WriteCondition } from '../../ports/storage/object-store.ts';
import { findActorImage } from './actor-images.ts';
import { getStyleFolder } from './style-images.ts';

type CaptionDeps = Pick<Deps, 'catalogue' | 'objects'>;

/** The text of a caption file and the ETag of its current version. */
export interface Caption {
  readonly text: string;
  readonly etag: string;
}

/** Returns the key of the caption file of a style's image. Throws SubjectNotFoundError, ImageNotFoundError. */
async function resolveCaptionKey(deps: CaptionDeps, { subject, name }: ImageName): Promise<string> {
  const image = `${await getStyleFolder(deps, subject.id)}${name}`;
  if (!isImage(name) || !(await deps.objects.head(image))) throw new ImageNotFoundError({ subject, name });
  return toCaptionAddress(image);
}

function decodeCaption(key: string, body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new CorruptDocumentError(key, 'the caption is not valid UTF-8');
  }
}

/**
 * Reads the caption of an image. Throws SubjectNotFoundError, ImageNotFoundError, CaptionNotFoundError, and
 * CorruptDocumentError for a file that is not UTF-8.
 */
export async function readCaption(
  deps: CaptionDeps & Pick<Deps, 'settings'>,
  image: ImageName,
): Promise<Caption> {
  const found = await (image.subject.kind === 'actor'
    ? findActorCaption(deps, image)
    : deps.objects.get(await resolveCaptionKey(deps, image)));
  if (!found) throw new CaptionNotFoundError(image);
  return { text: decodeCaption(found.key, found.body), etag: found.etag };
}

/** Throws SubjectNotFoundError and ImageNotFoundError. */
async function findActorCaption(
  deps: CaptionDeps & Pick<Deps, 'settings'>,
  image: ImageName,
): Promise<StoredObject | undefined> {
  const { uri, fault } = await findActorImage(deps, image);
  if (uri === undefined) throw new ImageNotFoundError(image, fault);
  for (const each of listCaptionAddresses(uri)) {
    const object = await ignoringRefusal(deps.objects.getUri(each));
    if (object) return object;
  }
  return undefined;
}

/**
 * Writes the caption of an image of a style. With a condition (the ETag that was read, or `ifAbsent`), a concurrent
 * change is detected. The dataset report of the style is removed. Throws SubjectNotFoundError, ImageNotFoundError, CaptionChangedError.
 */
export async function saveCaption(
  deps: CaptionDeps & Pick<Deps, 'datasetReports' | 'clock' | 'log'>,
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
    await invalidateReport(deps, image.subject);
    return { text: request.text, etag };
  } catch (error) {
    if (error instanceof PreconditionFailedError) throw new CaptionChangedError(image);
    throw error;
  }
}

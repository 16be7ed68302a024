import {
  getStem,
  isImage,
  nameFindings,
  normalizeS3Address,
  S3AddressError,
  toCaptionAddress,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { InvalidRequestError, type Issue, ObjectStoreError, SubjectNotFoundError } from '../errors.ts';
import { assertObjectKey, type ObjectHead } from '../ports/storage/object-store.ts';
import { type CataloguePage, decodeCursor, encodeCursor, type PageRequest } from './page.ts';

const BY_NAME = 'name';

type ImageDeps = Pick<Deps, 'catalogue' | 'objects'>;

/** An image in the folder of a style, and whether a caption lies beside it. */
export interface StyleImage {
  readonly name: string;
  readonly uri: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly caption: 'present' | 'missing' | 'empty';
}

/** Thrown when a style has no image of that name. */
export class ImageNotFoundError extends Error {
  readonly code = 'image_not_found';
  readonly retryable = false;
  constructor(styleId: string, name: string) {
    super(`style ${styleId} has no image ${name}`);
    this.name = 'ImageNotFoundError';
  }
}

/** Thrown when an upload would overwrite an image, or share the caption of another. */
export class ImageExistsError extends Error {
  readonly code = 'image_exists';
  readonly retryable = false;
  constructor(styleId: string, name: string) {
    super(`style ${styleId} already has the image ${name}`);
    this.name = 'ImageExistsError';
  }
}

/** The images of a style as they lie in the store, by name. Throws SubjectNotFoundError. */
export async function listStyleImages(deps: ImageDeps, styleId: string): Promise<readonly StyleImage[]> {
  const folder = await getStyleFolder(deps, styleId);
  const files = await listFiles(deps, folder);
  return [...files.values()]
    .filter(({ key }) => isImage(key))
    .map(({ key, ...head }) => ({
      ...head,
      name: key.slice(folder.length),
      uri: deps.objects.toUri(key),
      caption: getCaptionState(files.get(toCaptionAddress(key))),
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Where the images and captions of a style lie (seed 001). Throws SubjectNotFoundError. */
export async function getStyleFolder(
  { catalogue }: Pick<Deps, 'catalogue'>,
  styleId: string,
): Promise<string> {
  const subject = { kind: 'style', id: styleId } as const;
  if (!(await catalogue.hasSubject(subject))) throw new SubjectNotFoundError(subject);
  return `styles/${styleId}/`;
}

/** What lies in the folder itself, by key; folders in it are not looked into. */
async function listFiles({ objects }: ImageDeps, prefix: string): Promise<ReadonlyMap<string, ObjectHead>> {
  const files = new Map<string, ObjectHead>();
  const folderEnd = prefix.lastIndexOf('/') + 1;
  for await (const head of objects.list(prefix))
    if (!head.key.slice(folderEnd).includes('/')) files.set(head.key, head);
  return files;
}

function getCaptionState(caption: ObjectHead | undefined): StyleImage['caption'] {
  if (!caption) return 'missing';
  return caption.sizeBytes > 0 ? 'present' : 'empty';
}

/** A page of them; the cursor is the name after which it begins, so that none is told twice or left out. Throws InvalidCursorError. */
export function paginateImages(
  images: readonly StyleImage[],
  { limit = images.length, cursor }: PageRequest,
): CataloguePage<StyleImage> {
  const after = cursor === undefined ? '' : decodeCursor(cursor, BY_NAME).id;
  const remaining = images.filter(({ name }) => name > after);
  const items = remaining.slice(0, limit);
  const last = items.at(-1);
  const isMore = last !== undefined && items.length < remaining.length;
  const next = isMore ? { nextCursor: encodeCursor({ order: BY_NAME, index: 0, id: last.name }) } : {};
  return { items, total: images.length, ...next };
}

/** No photograph that a training takes is larger. */
export const IMAGE_MAX_BYTES = 25 * 1024 * 1024;
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  bmp: 'image/bmp',
};

/** Where an image may be put. */
export interface UploadPlan {
  readonly key: string;
  readonly uri: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

/**
 * Decides where an image of a style goes. One that is there is only replaced when asked for; one of the same stem
 * would share its caption. Throws InvalidRequestError, SubjectNotFoundError, ImageExistsError.
 */
export async function planUpload(
  deps: ImageDeps,
  styleId: string,
  request: { readonly name: string; readonly sizeBytes: number; readonly replace: boolean },
): Promise<UploadPlan> {
  const [fault] = nameFindings([request.name]);
  if (fault) throw new InvalidRequestError([{ path: 'name', message: fault.message, value: request.name }]);
  const key = `${await getStyleFolder(deps, styleId)}${request.name}`;
  const siblings = await listFiles(deps, key.slice(0, key.lastIndexOf('.') + 1));
  for (const sibling of siblings.keys()) {
    const isSame = sibling === key;
    if (isImage(sibling) && getStem(sibling) === getStem(key) && !(isSame && request.replace))
      throw new ImageExistsError(styleId, sibling.slice(sibling.lastIndexOf('/') + 1));
  }
  const ending = request.name.slice(request.name.lastIndexOf('.') + 1).toLowerCase();
  const contentType = CONTENT_TYPES[ending] ?? 'application/octet-stream';
  return { key, uri: deps.objects.toUri(key), contentType, sizeBytes: request.sizeBytes };
}

/** Refuses what a selection set cannot hold: its images are addresses, keys, or names in the style's folder. Throws InvalidRequestError. */
export function checkSetImages(deps: Pick<Deps, 'settings'>, images: readonly string[]): void {
  const issues = images.flatMap((image, index): readonly Issue[] => {
    const message = findImageFault(deps, image);
    return message === undefined ? [] : [{ path: `images.${index}`, message }];
  });
  if (issues.length > 0) throw new InvalidRequestError(issues);
}

function findImageFault({ settings }: Pick<Deps, 'settings'>, image: string): string | undefined {
  if (!isImage(image.replace(/[?#].*$/su, ''))) return 'it is no jpg, jpeg, png, webp or bmp';
  try {
    if (/^[a-z0-9]+:/i.test(image))
      normalizeS3Address(image, { customEndpoints: settings.customS3Endpoints });
    else assertObjectKey(image);
    return undefined;
  } catch (error) {
    if (error instanceof S3AddressError || error instanceof ObjectStoreError) return error.message;
    throw error;
  }
}

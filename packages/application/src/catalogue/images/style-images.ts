import {
  findPathKeyFault,
  getBaseName,
  getStem,
  isHiddenName,
  isImage,
  nameFindings,
  normalizeS3Address,
  S3AddressError,
  toCaptionAddress,
} from '@trainyard/domain';
import type { Deps } from '../../deps.ts';
import {
  ImageExistsError,
  InvalidRequestError,
  type ImageName,
  type Issue,
  ObjectStoreError,
  SubjectNotFoundError,
} from '../../errors.ts';
import { assertObjectKey, type ObjectHead } from '../../ports/storage/object-store.ts';
import { type FoundImage, HIDDEN_FILE } from './own-objects.ts';
import { type CataloguePage, decodeCursor, encodeCursor, type PageRequest } from '../page.ts';

const BY_NAME = 'name';

type ImageDeps = Pick<Deps, 'catalogue' | 'objects'>;

/** The state of the caption file of an image; `empty` has no byte. */
export type CaptionState = 'present' | 'missing' | 'empty';

/** An image in the folder of a style, and the state of its caption file. */
export interface StyleImage {
  readonly name: string;
  readonly uri: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly caption: CaptionState;
}

/** Lists the images of a style in the object store by name, without hidden files such as `._image_1.png`. Throws SubjectNotFoundError. */
export async function listStyleImages(deps: ImageDeps, styleId: string): Promise<readonly StyleImage[]> {
  const folder = await getStyleFolder(deps, styleId);
  const files = await listFiles(deps, folder);
  return [...files.values()]
    .filter(({ key }) => isImage(key) && !isHiddenName(getBaseName(key)))
    .map(({ key, ...head }) => ({
      ...head,
      name: key.slice(folder.length),
      uri: deps.objects.toUri(key),
      caption: getCaptionState(files.get(toCaptionAddress(key))),
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * Finds an image in the folder of a style by its file name: its address, or the reason why no picture of this name is
 * served. Throws SubjectNotFoundError.
 */
export async function findStyleImage(deps: ImageDeps, { subject, name }: ImageName): Promise<FoundImage> {
  const key = `${await getStyleFolder(deps, subject.id)}${name}`;
  const isName = !name.includes('/') && isImage(name) && findPathKeyFault(key) === undefined;
  if (!isName) return { fault: `it is no file name of an image of style ${subject.id}` };
  if (isHiddenName(name)) return { fault: HIDDEN_FILE };
  return { uri: deps.objects.toUri(key) };
}

/** Returns the key prefix of a style's images and captions, `styles/{id}/`. Throws SubjectNotFoundError. */
export async function getStyleFolder(
  { catalogue }: Pick<Deps, 'catalogue'>,
  styleId: string,
): Promise<string> {
  const subject = { kind: 'style', id: styleId } as const;
  if (!(await catalogue.hasSubject(subject))) throw new SubjectNotFoundError(subject);
  return `styles/${styleId}/`;
}

/** Lists the files that begin with the prefix, by key; subfolders are excluded. */
async function listFiles({ objects }: ImageDeps, prefix: string): Promise<ReadonlyMap<string, ObjectHead>> {
  const files = new Map<string, ObjectHead>();
  const folderEnd = prefix.lastIndexOf('/') + 1;
  for await (const head of objects.list(prefix))
    if (!head.key.slice(folderEnd).includes('/')) files.set(head.key, head);
  return files;
}

/** Returns the state of a caption by the HEAD of its file. */
export function getCaptionState(caption: ObjectHead | undefined): CaptionState {
  if (!caption) return 'missing';
  return caption.sizeBytes > 0 ? 'present' : 'empty';
}

/**
 * Returns a page of images. The cursor contains the name of the last image, so that concurrent uploads and
 * deletions neither repeat nor skip an image. Throws InvalidCursorError.
 */
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

/** Largest accepted upload: 25 MiB. */
export const IMAGE_MAX_BYTES = 25 * 1024 * 1024;
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  bmp: 'image/bmp',
};

/** Key, address and content type of an upload. */
export interface UploadPlan {
  readonly key: string;
  readonly uri: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

/**
 * Determines the key of an image upload. An existing image is replaced only on request; an image with the
 * same stem but a different extension is rejected, because both would share one caption file. Throws
 * InvalidRequestError, SubjectNotFoundError, ImageExistsError.
 */
export async function planUpload(
  deps: ImageDeps,
  styleId: string,
  request: { readonly name: string; readonly sizeBytes: number; readonly replace: boolean },
): Promise<UploadPlan> {
  const [fault] = nameFindings([request.name]);
  const message =
    fault?.message ?? (isHiddenName(request.name) ? 'must not be the name of a hidden file' : '');
  if (message !== '') throw new InvalidRequestError([{ path: 'name', message, value: request.name }]);
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

/**
 * Checks the images of a selection set: each is an object address, a key, or a file name in the style's
 * folder. Throws InvalidRequestError with every fault found.
 */
export function checkSetImages(deps: Pick<Deps, 'settings'>, images: readonly string[]): void {
  const issues = images.flatMap((image, index): readonly Issue[] => {
    const message = findImageFault(deps, image);
    return message === undefined ? [] : [{ path: `images.${index}`, message }];
  });
  if (issues.length > 0) throw new InvalidRequestError(issues);
}

function findImageFault({ settings }: Pick<Deps, 'settings'>, image: string): string | undefined {
  if (!isImage(image.replace(/[?#].*$/su, ''))) return 'must be a jpg, jpeg, png, webp or bmp file';
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

import { getStem, hasMixedCaseEnding, isImage } from '../dataset/image-files.ts';
import type { SubjectKind } from '../subject.ts';
import type { DatasetImage } from './dataset.ts';
import { type Finding, SMALL_IMAGE_PX, TINY_BYTES, toFindings, toGeneralFinding } from './finding.ts';

const FEW_IMAGES = 5;
const MANY_IMAGES = 60;
const TOO_MANY_IMAGES = 200;

/** Findings about the number of images: an error at 0, a warning below 5 and above 200, advice above 60. */
export function imageCountFindings(count: number): readonly Finding[] {
  if (count === 0) return [toGeneralFinding('no_images')];
  if (count < FEW_IMAGES) return [toGeneralFinding('few_images', `Only ${count} images: fewer than 5`)];
  if (count > TOO_MANY_IMAGES)
    return [toGeneralFinding('many_images', `${count} images: more than 200 average out`, 'warning')];
  if (count > MANY_IMAGES)
    return [toGeneralFinding('many_images', `${count} images: curate to the best 30–60`)];
  return [];
}

/** Findings about the addresses alone, before the object store is read: types, extensions and shared stems. */
export function nameFindings(uris: readonly string[], kind: SubjectKind = 'actor'): readonly Finding[] {
  const images = uris.filter(isImage);
  return [
    ...toFindings('unsupported_type', { kind, uris: uris.filter((uri) => !isImage(uri)) }),
    ...toFindings('extension_case', { kind, uris: images.filter(hasMixedCaseEnding) }),
    ...toFindings('same_name', { kind, uris: findSharedStems(uris) }),
  ];
}

/** Findings about the entries of a list of images, before the object store is read. */
export function addressFindings(
  all: readonly Pick<DatasetImage, 'uri' | 'malformed'>[],
  kind: SubjectKind,
): readonly Finding[] {
  const [malformed = [], addresses = []] = [true, false].map((isMalformed) =>
    all.filter((image) => (image.malformed !== undefined) === isMalformed).map(({ uri }) => uri),
  );
  return [
    ...toFindings('address_invalid', { kind, uris: malformed, toName: (uri) => uri }),
    ...nameFindings(addresses, kind),
  ];
}

/** Findings about the files: addresses, types, names, presence, sizes and contents. */
export function fileFindings(all: readonly DatasetImage[], kind: SubjectKind): readonly Finding[] {
  const images = all.filter(({ malformed }) => malformed === undefined);
  const where = (test: (image: DatasetImage) => boolean) => images.filter(test).map(({ uri }) => uri);
  return [
    ...addressFindings(all, kind),
    ...toFindings('image_missing', {
      kind,
      uris: where((image) => image.sizeBytes === undefined && image.unreadable === undefined),
    }),
    ...toFindings('image_unreadable', { kind, uris: where((image) => image.unreadable !== undefined) }),
    ...toFindings('image_empty', { kind, uris: where(({ sizeBytes }) => sizeBytes === 0) }),
    ...toFindings('image_tiny', {
      kind,
      uris: where(({ sizeBytes = 0 }) => sizeBytes > 0 && sizeBytes < TINY_BYTES),
    }),
    ...findSmallImages(images, kind),
    ...toFindings('same_content', { kind, uris: findSameContent(images) }),
  ];
}

function findSmallImages(images: readonly DatasetImage[], kind: SubjectKind): readonly Finding[] {
  const small = new Map<string, string>();
  for (const { uri, dimensions } of images)
    if (dimensions && Math.min(dimensions.width, dimensions.height) < SMALL_IMAGE_PX)
      small.set(uri, `${dimensions.width} × ${dimensions.height}`);
  const toName = (uri: string): string => `${uri.slice(uri.lastIndexOf('/') + 1)} (${small.get(uri)})`;
  return toFindings('image_small', { kind, uris: [...small.keys()], toName });
}

/** Images with equal ETag and size. */
function findSameContent(images: readonly DatasetImage[]): readonly string[] {
  const stored = images.filter(({ etag, sizeBytes }) => etag && sizeBytes);
  return listRepeated(stored, ({ etag, sizeBytes }) => `${etag} ${sizeBytes}`).map(({ uri }) => uri);
}

/**
 * The container stores all images in one folder, so two images with the same base name overwrite each other, and two
 * with the same stem share a caption.
 */
function findSharedStems(uris: readonly string[]): readonly string[] {
  return listRepeated(uris, (uri) => getStem(uri).normalize('NFC'));
}

/** The items whose key occurs more than once. */
function listRepeated<Item>(items: readonly Item[], toKey: (item: Item) => string): readonly Item[] {
  return [...Map.groupBy(items, toKey).values()].filter((group) => group.length > 1).flat();
}

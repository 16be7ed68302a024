import type { DatasetImage, Finding, FindingCode, FindingSeverity } from './dataset.ts';
import { getBaseName, getStem, IMAGE_TYPES, isImage } from './image-files.ts';

const FEW_IMAGES = 5;
const MANY_IMAGES = 60;
const TOO_MANY_IMAGES = 200;
/** Smaller files are placeholders or thumbnails rather than photographs. */
const TINY_BYTES = 2048;

/** Makes a finding about the given addresses; an empty list without addresses. */
export function toFindings(
  code: FindingCode,
  severity: FindingSeverity,
  uris: readonly string[],
  sentence: string,
): readonly Finding[] {
  return uris.length === 0 ? [] : [{ code, severity, uris, message: `${sentence}: ${formatNames(uris)}` }];
}

/** The first five base names, and the number of the others. */
function formatNames(uris: readonly string[]): string {
  const shown = uris.slice(0, 5).map(getBaseName).join(', ');
  return uris.length > 5 ? `${shown} and ${uris.length - 5} more` : shown;
}

/** Findings about the number of images: an error at 0, a warning below 5 and above 200, advice above 60. */
export function imageCountFindings(count: number): readonly Finding[] {
  const single = (code: FindingCode, severity: FindingSeverity, message: string): readonly Finding[] => [
    { code, severity, message, uris: [] },
  ];
  if (count === 0) return single('no_images', 'error', 'There are no images to train on');
  if (count < FEW_IMAGES)
    return single('few_images', 'warning', `Only ${count} images: fewer than ${FEW_IMAGES}`);
  if (count > TOO_MANY_IMAGES) {
    return single('many_images', 'warning', `${count} images: more than ${TOO_MANY_IMAGES} average out`);
  }
  if (count > MANY_IMAGES)
    return single('many_images', 'advice', `${count} images: curate to the best 30–60`);
  return [];
}

/** Findings about the addresses alone, before the object store is read: unsupported types and shared stems. */
export function nameFindings(uris: readonly string[]): readonly Finding[] {
  const foreign = uris.filter((uri) => !isImage(uri));
  return [
    ...toFindings(
      'unsupported_type',
      'error',
      foreign,
      `Unsupported image type (supported: ${IMAGE_TYPES.join(', ')})`,
    ),
    ...toFindings(
      'same_name',
      'error',
      findSharedStems(uris),
      'These files would overwrite each other in the container',
    ),
  ];
}

/** Findings about the files: addresses, types, names, presence and sizes. */
export function fileFindings(all: readonly DatasetImage[]): readonly Finding[] {
  const images = all.filter(({ malformed }) => malformed === undefined);
  const where = (test: (image: DatasetImage) => boolean) => images.filter(test).map(({ uri }) => uri);
  const malformed = all.filter((image) => image.malformed !== undefined).map(({ uri }) => uri);
  const unreadable = where((image) => image.unreadable !== undefined);
  const missing = where((image) => image.sizeBytes === undefined && image.unreadable === undefined);
  const empty = where(({ sizeBytes }) => sizeBytes === 0);
  const tiny = where(({ sizeBytes = 0 }) => sizeBytes > 0 && sizeBytes < TINY_BYTES);
  return [
    ...toFindings('address_invalid', 'error', malformed, 'Not an address of an object in S3'),
    ...nameFindings(images.map(({ uri }) => uri)),
    ...toFindings('image_missing', 'error', missing, 'No such object'),
    ...toFindings('image_unreadable', 'error', unreadable, 'The object store denies access'),
    ...toFindings('image_empty', 'error', empty, 'Empty files'),
    ...toFindings('image_tiny', 'warning', tiny, `Smaller than ${TINY_BYTES / 1024} KiB`),
  ];
}

/**
 * The container stores all images in one folder, so two images with the same base name overwrite each other, and two
 * with the same stem share a caption.
 */
function findSharedStems(uris: readonly string[]): readonly string[] {
  return [...Map.groupBy(uris, getStem).values()].filter((group) => group.length > 1).flat();
}

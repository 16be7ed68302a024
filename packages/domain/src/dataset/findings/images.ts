import type { DatasetImage, Finding, FindingCode, FindingSeverity } from '../dataset.ts';
import { getBaseName, getStem, IMAGE_TYPES, isImage } from '../image-files.ts';

const FEW_IMAGES = 5;
const MANY_IMAGES = 60;
const TOO_MANY_IMAGES = 200;
/** No photograph that teaches anything is smaller. */
const TINY_BYTES = 2048;

/** A finding about these addresses; none when there are none. */
export function toFindings(
  code: FindingCode,
  severity: FindingSeverity,
  uris: readonly string[],
  sentence: string,
): readonly Finding[] {
  return uris.length === 0 ? [] : [{ code, severity, uris, message: `${sentence}: ${formatNames(uris)}` }];
}

/** The first few base names, and how many more there are. */
function formatNames(uris: readonly string[]): string {
  const shown = uris.slice(0, 5).map(getBaseName).join(', ');
  return uris.length > 5 ? `${shown} and ${uris.length - 5} more` : shown;
}

/** How many images there are, against what a training needs (SPEC §6). */
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

/** What the addresses alone show, before anything is looked at. */
export function nameFindings(uris: readonly string[]): readonly Finding[] {
  const foreign = uris.filter((uri) => !isImage(uri));
  return [
    ...toFindings(
      'unsupported_type',
      'error',
      foreign,
      `Not an image that is taken (${IMAGE_TYPES.join(', ')})`,
    ),
    ...toFindings(
      'same_name',
      'error',
      findSharedStems(uris),
      'In the container these would overwrite each other',
    ),
  ];
}

/** What the files themselves show: their types, names, presence and sizes. */
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
    ...toFindings('image_unreadable', 'error', unreadable, 'The store does not let these be read'),
    ...toFindings('image_empty', 'error', empty, 'Empty files'),
    ...toFindings('image_tiny', 'warning', tiny, `Smaller than ${TINY_BYTES / 1024} KiB`),
  ];
}

/**
 * All images lie in one folder of the container, so two of one base name overwrite each other, and two of one
 * stem share a caption.
 */
function findSharedStems(uris: readonly string[]): readonly string[] {
  return [...Map.groupBy(uris, getStem).values()].filter((group) => group.length > 1).flat();
}

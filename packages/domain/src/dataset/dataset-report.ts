import type {
  Dataset,
  DatasetImage,
  DatasetReport,
  Finding,
  FindingCode,
  FindingSeverity,
} from './dataset.ts';

const RANK = { error: 0, warning: 1, advice: 2 } as const;

/**
 * Reports the findings of a dataset (docs/concepts/datasets.md), errors first. Pure: the caller reads the object store.
 */
export function reportDataset(dataset: Dataset): DatasetReport {
  const addressed = { ...dataset, images: dataset.images.filter(({ malformed }) => malformed === undefined) };
  const findings = [
    ...imageCountFindings(dataset.images.length),
    ...fileFindings(dataset.images),
    ...captionFindings(addressed),
  ];
  return {
    imageCount: dataset.images.length,
    captionCount: dataset.images.filter(({ caption }) => caption !== undefined).length,
    findings: findings.sort((a, b) => RANK[a.severity] - RANK[b.severity]),
    classTokens: getClassTokens(addressed),
  };
}

/** The findings of severity `error`, which reject a training before it costs money. */
export function datasetErrors(report: DatasetReport): readonly Finding[] {
  return report.findings.filter(({ severity }) => severity === 'error');
}

/** Number of occurrences of the trigger as a whole word, regardless of case and of the width of blanks. */
function countOccurrences(text: string, trigger: string): number {
  const words = trigger.trim().split(/\s+/u).map(escapeRegExp).join('\\s+');
  if (words === '') return 0;
  return [...text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}_])${words}(?![\\p{L}\\p{N}_])`, 'giu'))].length;
}

function escapeRegExp(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Findings about captions: missing, empty, with the trigger twice, or with the trigger in some captions only. */
function captionFindings(dataset: Dataset): readonly Finding[] {
  const severe = dataset.kind === 'style' ? 'error' : undefined;
  const missing = filterUris(dataset, ({ caption }) => caption === undefined);
  const empty = filterUris(dataset, ({ caption }) => caption !== undefined && caption.trim() === '');
  const doubled = filterUris(dataset, ({ caption = '' }) => countOccurrences(caption, dataset.trigger) > 1);
  return [
    ...toFindings('caption_missing', severe ?? 'advice', missing, 'Images without a caption'),
    ...toFindings('caption_empty', severe ?? 'warning', empty, 'Images with an empty caption'),
    ...toFindings(
      'trigger_doubled',
      'warning',
      doubled,
      `Captions that hold “${dataset.trigger}” more than once`,
    ),
    ...findMixedTrigger(dataset),
  ];
}

/** A trigger in some captions only has no valid class tokens: prepended it is doubled there, left out it is not learned. */
function findMixedTrigger(dataset: Dataset): readonly Finding[] {
  const without = filterUris(dataset, (image) => !containsTrigger(image, dataset.trigger));
  if (without.length === 0 || without.length === dataset.images.length) return [];
  const sentence = `Some captions hold the trigger “${dataset.trigger}”, these do not`;
  return toFindings('trigger_mixed', 'error', without, sentence);
}

/** The prefix of every caption, see {@link DatasetReport}. */
function getClassTokens(dataset: Dataset): string {
  const all =
    dataset.images.length > 0 && dataset.images.every((image) => containsTrigger(image, dataset.trigger));
  return all ? '' : dataset.trigger.trim();
}

function containsTrigger({ caption = '' }: DatasetImage, trigger: string): boolean {
  return countOccurrences(caption, trigger) > 0;
}

function filterUris(dataset: Dataset, test: (image: DatasetImage) => boolean): readonly string[] {
  return dataset.images.filter(test).map(({ uri }) => uri);
}

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

/** File endings of the supported image types, in lower or upper case. */
export const IMAGE_TYPES = ['jpg', 'jpeg', 'png', 'webp', 'bmp'] as const;

/** The name after the last `/` of an address or key. */
export function getBaseName(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1);
}

/** The base name without its ending; the trainer pairs image and caption by it. */
export function getStem(address: string): string {
  const name = getBaseName(address);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** Address of the caption of an image: `<stem>.txt` in the same folder. */
export function toCaptionAddress(address: string): string {
  return `${address.slice(0, address.lastIndexOf('/') + 1)}${getStem(address)}.txt`;
}

/** Whether the ending of this address is one of {@link IMAGE_TYPES}. */
export function isImage(address: string): boolean {
  const name = getBaseName(address);
  const ending = name.slice(getStem(name).length + 1).toLowerCase();
  return (IMAGE_TYPES as readonly string[]).includes(ending);
}

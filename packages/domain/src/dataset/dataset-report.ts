import type { Dataset, DatasetImage, DatasetReport, Finding } from './dataset.ts';
import { fileFindings, imageCountFindings, toFindings } from './image-findings.ts';

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

import type { Dataset, DatasetImage, Finding } from '../dataset.ts';
import { toFindings } from './images.ts';

/** How often a text holds the trigger as a word of its own; case and width of blanks do not matter. */
function countOccurrences(text: string, trigger: string): number {
  const words = trigger.trim().split(/\s+/u).map(escapeRegExp).join('\\s+');
  if (words === '') return 0;
  return [...text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}_])${words}(?![\\p{L}\\p{N}_])`, 'giu'))].length;
}

function escapeRegExp(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Captions, and whether the trigger stands in all or in none of them. */
export function captionFindings(dataset: Dataset): readonly Finding[] {
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

/** Prepended to captions that hold it, the trigger would be doubled; left out of the others, it is never learned. */
function findMixedTrigger(dataset: Dataset): readonly Finding[] {
  const without = filterUris(dataset, (image) => !containsTrigger(image, dataset.trigger));
  if (without.length === 0 || without.length === dataset.images.length) return [];
  const sentence = `Some captions hold the trigger “${dataset.trigger}”, these do not`;
  return toFindings('trigger_mixed', 'error', without, sentence);
}

/** What goes before every caption, see {@link DatasetReport}. */
export function getClassTokens(dataset: Dataset): string {
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

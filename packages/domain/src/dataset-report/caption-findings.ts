import { toCaptionAddress } from '../dataset/image-files.ts';
import {
  countOccurrences,
  getFirstLine,
  hasEscapedCharacter,
  isBlank,
  splitLines,
  withoutPhrase,
} from './caption-text.ts';
import type { Dataset, DatasetCaption, DatasetImage } from './dataset.ts';
import { type Finding, type FindingCode, toFindings } from './finding.ts';

/** Words that describe a style rather than a scene; a caption of a style that holds one gets advice. */
export const STYLE_WORDS: readonly string[] = [
  ...[
    'style',
    'stylized',
    'aesthetic',
    'artwork',
    'art',
    'digital art',
    'concept art',
    'fan art',
    'pixel art',
  ],
  ...['painting', 'painted', 'oil painting', 'watercolor', 'watercolour', 'gouache', 'acrylic', 'pastel'],
  ...['drawing', 'sketch', 'line art', 'ink drawing', 'pencil drawing', 'charcoal', 'engraving', 'woodcut'],
  ...['illustration', 'anime', 'manga', 'cartoon', 'comic', 'cel shaded', 'cel-shaded', 'vector art'],
  ...['render', '3d render', 'cgi', 'photorealistic', 'hyperrealistic', 'impressionist', 'impressionism'],
  ...[
    'expressionist',
    'surrealist',
    'minimalist',
    'brushstroke',
    'brushstrokes',
    'brush strokes',
    'film grain',
  ],
];

/** A caption whose text the trainer can read. */
interface ReadCaption {
  readonly image: DatasetImage;
  readonly uri: string;
  readonly text: string;
  readonly firstLine: string;
}

/**
 * Findings about captions as the trainer reads them: UTF-8, the first line only. Pure.
 * @param dataset its images have well-formed addresses
 */
export function captionFindings(dataset: Dataset): readonly Finding[] {
  const { kind, images } = dataset;
  const captions = images.flatMap(toReadCaption);
  const missing = images.filter(({ caption }) => caption === undefined).map(({ uri }) => uri);
  return [
    ...toFindings('caption_missing', { kind, uris: missing }),
    ...findUnreadable(dataset),
    ...findByText(dataset, captions),
    ...findMixedTrigger(dataset),
    ...findStyleWords(dataset, captions),
  ];
}

function toReadCaption(image: DatasetImage): readonly ReadCaption[] {
  const { caption } = image;
  if (caption?.text === undefined) return [];
  return [{ image, uri: caption.uri, text: caption.text, firstLine: getFirstLine(caption.text) }];
}

/** Captions that are not UTF-8, each with its encoding where it is known. */
function findUnreadable({ kind, images }: Dataset): readonly Finding[] {
  const unreadable = images.flatMap(({ caption }) =>
    caption && caption.text === undefined ? [caption] : [],
  );
  const encodings = new Map(unreadable.map((caption) => [caption.uri, describeEncoding(caption)]));
  const toName = (uri: string): string => `${uri.slice(uri.lastIndexOf('/') + 1)}${encodings.get(uri)}`;
  return toFindings('caption_unreadable', { kind, uris: [...encodings.keys()], toName });
}

function describeEncoding({ encoding }: DatasetCaption): string {
  return encoding === undefined ? '' : ` (${encoding})`;
}

function findByText(
  { kind, trigger, images }: Dataset,
  captions: readonly ReadCaption[],
): readonly Finding[] {
  const of = (code: FindingCode, test: (caption: ReadCaption) => boolean): readonly Finding[] =>
    toFindings(code, { kind, uris: captions.filter(test).map(({ uri }) => uri) });
  const hasText = captions.filter(({ text }) => !isBlank(text));
  const withText = (code: FindingCode, test: (caption: ReadCaption) => boolean): readonly Finding[] =>
    toFindings(code, { kind, uris: hasText.filter(test).map(({ uri }) => uri) });
  const otherForm = images.filter(({ uri, caption }) => caption && caption.uri !== toCaptionAddress(uri));
  return [
    ...of('caption_empty', ({ text }) => text === ''),
    ...of('caption_blank', ({ text }) => text !== '' && isBlank(text)),
    ...withText('caption_first_line_blank', ({ firstLine }) => isBlank(firstLine)),
    ...withText('trigger_beyond_first_line', (caption) => isTriggerBeyondFirstLine(caption, trigger)),
    ...withText('caption_lines', ({ text }) =>
      splitLines(text)
        .slice(1)
        .some((line) => !isBlank(line)),
    ),
    ...withText('caption_characters', ({ firstLine }) => hasEscapedCharacter(firstLine)),
    ...withText('trigger_doubled', ({ firstLine }) => countOccurrences(firstLine, trigger) > 1),
    ...toFindings('caption_name_form', {
      kind,
      uris: otherForm.flatMap(({ caption }) => caption?.uri ?? []),
    }),
  ];
}

function isTriggerBeyondFirstLine({ text, firstLine }: ReadCaption, trigger: string): boolean {
  return countOccurrences(firstLine, trigger) === 0 && countOccurrences(text, trigger) > 0;
}

/**
 * A trigger in some captions only has no valid class tokens: prepended it is doubled there, left out it is not learned.
 * Captions that are empty or not UTF-8 have a finding of their own.
 */
function findMixedTrigger({ kind, trigger, images }: Dataset): readonly Finding[] {
  const readable = images.filter(({ caption }) => caption === undefined || caption.text);
  const without = readable.filter((image) => !holdsTrigger(image, trigger)).map(({ uri }) => uri);
  if (without.length === readable.length) return [];
  const text = `Some captions hold the trigger “${trigger}”, these do not`;
  return toFindings('trigger_mixed', { kind, uris: without, text });
}

/** Captions of a style that describe it. The words of the trigger itself do not count. */
function findStyleWords({ kind, trigger }: Dataset, captions: readonly ReadCaption[]): readonly Finding[] {
  if (kind !== 'style') return [];
  const found = new Map<string, string>();
  for (const { uri, firstLine } of captions) {
    const scene = withoutPhrase(firstLine, trigger);
    const word = STYLE_WORDS.find((each) => countOccurrences(scene, each) > 0);
    if (word !== undefined) found.set(uri, word);
  }
  const toName = (uri: string): string => `${uri.slice(uri.lastIndexOf('/') + 1)} (“${found.get(uri)}”)`;
  return toFindings('caption_describes_style', { kind, uris: [...found.keys()], toName });
}

/** Whether the first line of the caption holds the trigger. */
export function holdsTrigger({ caption }: DatasetImage, trigger: string): boolean {
  return countOccurrences(getFirstLine(caption?.text ?? ''), trigger) > 0;
}

import { getBaseName, IMAGE_TYPES } from '../dataset/image-files.ts';
import type { SubjectKind } from '../subject.ts';

/** `error` rejects the training before it costs money; warnings and advice are stored with the training. */
export type FindingSeverity = 'error' | 'warning' | 'advice';

/** Below this number of pixels in width or height an image is enlarged for the training. */
export const SMALL_IMAGE_PX = 512;
/** Smaller files are placeholders or thumbnails rather than photographs. */
export const TINY_BYTES = 2048;

const ALL = (severity: FindingSeverity) => ({ actor: severity, style: severity });

/**
 * The rules of all findings (docs/concepts/datasets.md): severity per kind, the sentence before the names of the files,
 * and the remedy.
 */
export const FINDING_RULES = {
  no_images: {
    ...ALL('error'),
    text: 'There are no images to train on',
    hint: 'Add images to the subject, or pass them with the request.',
  },
  few_images: {
    ...ALL('warning'),
    text: 'Fewer than 5 images',
    hint: 'Add images: 15 to 30 different ones train best.',
  },
  many_images: {
    actor: 'advice',
    style: 'advice',
    text: 'More than 60 images; above 200 a warning',
    hint: 'Curate to the best 30–60.',
  },
  address_invalid: {
    ...ALL('error'),
    text: 'Not an address of an object in S3',
    hint: 'Use s3://bucket/key or an https address of S3.',
  },
  unsupported_type: {
    ...ALL('error'),
    text: `Unsupported image type (supported: ${IMAGE_TYPES.join(', ')})`,
    hint: 'Convert the files to PNG or JPEG, or leave them out.',
  },
  extension_case: {
    ...ALL('error'),
    text: 'The trainer does not see an extension in mixed case',
    hint: 'Rename the files so that the extension is all lower or all upper case.',
  },
  same_name: {
    ...ALL('error'),
    text: 'These files would overwrite each other in the container',
    hint: 'Give each image its own name without extension.',
  },
  image_missing: {
    ...ALL('error'),
    text: 'No such object',
    hint: 'Upload the files or remove them from the list.',
  },
  image_unreadable: {
    ...ALL('error'),
    text: 'The object store denies access',
    hint: "Allow the store's key to read these objects.",
  },
  image_empty: { ...ALL('error'), text: 'Empty files', hint: 'Upload the images again.' },
  image_tiny: {
    ...ALL('warning'),
    text: `Smaller than ${TINY_BYTES / 1024} KiB`,
    hint: 'Replace placeholders and thumbnails by the images.',
  },
  image_small: {
    ...ALL('warning'),
    text: `Narrower or lower than ${SMALL_IMAGE_PX} pixels`,
    hint: 'Replace the images by larger ones: small images make a blurred model.',
  },
  same_content: {
    ...ALL('warning'),
    text: 'The same content more than once',
    hint: 'Keep one copy of each image: a repeated image weighs double.',
  },
  caption_missing: {
    actor: 'advice',
    style: 'error',
    text: 'Images without a caption',
    hint: 'Write a file <name>.txt beside each image.',
  },
  caption_unreadable: {
    ...ALL('error'),
    text: 'The trainer cannot read captions that are not UTF-8',
    hint: 'Save these files as UTF-8.',
  },
  caption_empty: {
    ...ALL('error'),
    text: 'The trainer stops at a caption of 0 bytes',
    hint: 'Write these captions, or delete the empty files.',
  },
  caption_blank: {
    actor: 'warning',
    style: 'error',
    text: 'Captions that hold only white space',
    hint: 'Write these captions, or delete the files.',
  },
  caption_first_line_blank: {
    actor: 'warning',
    style: 'error',
    text: 'The trainer reads only the first line, which is blank here',
    hint: 'Move the text to the first line.',
  },
  trigger_beyond_first_line: {
    actor: 'warning',
    style: 'error',
    text: 'The trainer reads only the first line; the trigger is in a later line here',
    hint: 'Move the trigger to the first line.',
  },
  caption_lines: {
    ...ALL('warning'),
    text: 'The trainer ignores all lines after the first',
    hint: 'Write each caption in one line.',
  },
  caption_name_form: {
    ...ALL('warning'),
    text: 'The name of the caption has a different Unicode form than the name of its image',
    hint: 'Rename the captions exactly like their images: a container on Linux does not pair them.',
  },
  caption_characters: {
    ...ALL('error'),
    text: 'A backslash or a control character in the first line',
    hint: 'Remove backslashes and control characters.',
  },
  caption_describes_style: {
    actor: 'advice',
    style: 'advice',
    text: 'Words that describe the style: the model then learns them instead of the trigger',
    hint: 'Describe the scene only; the trigger stands for the style.',
  },
  trigger_characters: {
    ...ALL('error'),
    text: 'A character of the trigger breaks the TOML of the dataset node',
    hint: 'Use letters, digits, blanks, _ and -.',
  },
  trigger_mixed: {
    ...ALL('error'),
    text: 'Some captions hold the trigger, these do not',
    hint: 'Write the trigger into the first line of all captions or of none.',
  },
  trigger_doubled: {
    ...ALL('warning'),
    text: 'Captions that hold the trigger more than once',
    hint: 'Keep one trigger in each caption.',
  },
} as const satisfies Readonly<
  Record<string, Readonly<Record<SubjectKind, FindingSeverity> & { text: string; hint: string }>>
>;

/** The code of a finding. */
export type FindingCode = keyof typeof FINDING_RULES;

/** The codes of all findings. */
export const FINDING_CODES = Object.keys(FINDING_RULES) as readonly FindingCode[];

/** A finding about a dataset. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  /** A sentence with the names of the first five affected files. */
  readonly message: string;
  /** The remedy. */
  readonly hint: string;
  /** The addresses of all affected files. */
  readonly uris: readonly string[];
}

/** A finding before its message is written. */
interface FindingFacts {
  readonly kind: SubjectKind;
  /** The affected files; an empty list makes no finding. */
  readonly uris: readonly string[];
  /** The sentence before the names, in place of the text of the rule. */
  readonly text?: string;
  /** The names of the files in the message; their base names by default. */
  readonly toName?: (uri: string) => string;
}

/** Makes a finding about the given files; an empty list without files. */
export function toFindings(code: FindingCode, facts: FindingFacts): readonly Finding[] {
  const { kind, uris, text = FINDING_RULES[code].text, toName = getBaseName } = facts;
  if (uris.length === 0) return [];
  const message = `${text}: ${formatNames(uris.map(toName))}`;
  return [{ code, severity: FINDING_RULES[code][kind], message, hint: FINDING_RULES[code].hint, uris }];
}

/** Makes a finding that concerns no single file. */
export function toGeneralFinding(
  code: FindingCode,
  message: string = FINDING_RULES[code].text,
  severity: FindingSeverity = FINDING_RULES[code].actor,
): Finding {
  return { code, severity, message, hint: FINDING_RULES[code].hint, uris: [] };
}

/** The first five names, and the number of the others. */
function formatNames(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

import type { SubjectKind } from '../subject/subject.ts';

/** One image of a training as it was found in the store. Addresses are `s3://`. */
export interface DatasetImage {
  readonly uri: string;
  /** Bytes; undefined when there is no such object. */
  readonly sizeBytes: number | undefined;
  /** Why the store would not show it; then it counts as unreadable, not as missing. */
  readonly unreadable?: string;
  /** Why its address is none in S3; then nothing could be looked at. */
  readonly malformed?: string;
  /** The text of the caption beside it; undefined when there is none. */
  readonly caption?: string | undefined;
}

/** What a report is made of. */
export interface Dataset {
  readonly kind: SubjectKind;
  /** The token that calls the subject in a prompt. */
  readonly trigger: string;
  readonly images: readonly DatasetImage[];
}

/** `error` refuses the training before anything is paid for; the others travel with it (SPEC §6). */
export type FindingSeverity = 'error' | 'warning' | 'advice';

export const FINDING_CODES = [
  'no_images',
  'few_images',
  'many_images',
  'address_invalid',
  'unsupported_type',
  'same_name',
  'image_missing',
  'image_unreadable',
  'image_empty',
  'image_tiny',
  'caption_missing',
  'caption_empty',
  'trigger_mixed',
  'trigger_doubled',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** One thing to know about a dataset. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  /** A sentence naming the first few files concerned. */
  readonly message: string;
  /** Every address concerned. */
  readonly uris: readonly string[];
}

/** What is wrong and what is noteworthy about a dataset, errors first. */
export interface DatasetReport {
  readonly imageCount: number;
  readonly captionCount: number;
  readonly findings: readonly Finding[];
  /**
   * What the dataset node prepends to every caption: the trigger when no caption holds it, empty when all do
   * (SPEC §4). Meaningless beside a `trigger_mixed` error.
   */
  readonly classTokens: string;
}

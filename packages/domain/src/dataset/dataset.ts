import type { SubjectKind } from '../subject.ts';

/** An image of a training as the object store lists it. Addresses are `s3://`. */
export interface DatasetImage {
  readonly uri: string;
  /** Size in bytes; undefined when the object does not exist. */
  readonly sizeBytes: number | undefined;
  /** Reason why the object store denied the read; the image then counts as unreadable, not as missing. */
  readonly unreadable?: string;
  /** Reason why the address is not an address in S3; the object was then not read. */
  readonly malformed?: string;
  /** Text of the caption file; undefined when the file does not exist. */
  readonly caption?: string | undefined;
}

/** The input of a dataset report. */
export interface Dataset {
  readonly kind: SubjectKind;
  /** The token that stands for the subject in a prompt. */
  readonly trigger: string;
  readonly images: readonly DatasetImage[];
}

/** `error` rejects the training before it costs money; warnings and advice are stored with the training. */
export type FindingSeverity = 'error' | 'warning' | 'advice';

/** The codes of all findings (docs/concepts/datasets.md). */
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
/** The code of a finding. */
export type FindingCode = (typeof FINDING_CODES)[number];

/** A finding about a dataset. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  /** A sentence with the names of the first five affected files. */
  readonly message: string;
  /** The addresses of all affected files. */
  readonly uris: readonly string[];
}

/** The findings of a dataset, errors first. */
export interface DatasetReport {
  readonly imageCount: number;
  readonly captionCount: number;
  readonly findings: readonly Finding[];
  /**
   * The prefix that the dataset node adds to every caption: the trigger when no caption holds it, empty when all
   * captions do. Undefined in meaning beside a `trigger_mixed` error.
   */
  readonly classTokens: string;
}

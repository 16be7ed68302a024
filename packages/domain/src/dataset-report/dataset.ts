import type { SubjectKind } from '../subject.ts';
import type { Finding } from './finding.ts';

/** An image of a training as the object store lists it. Addresses are `s3://`. */
export interface DatasetImage {
  readonly uri: string;
  /** Size in bytes; undefined when the object does not exist. */
  readonly sizeBytes: number | undefined;
  readonly etag?: string;
  /** Width and height in pixels; absent when the header of the file is not readable. */
  readonly dimensions?: ImageDimensions;
  /** Reason why the object store denied the read; the image then counts as unreadable, not as missing. */
  readonly unreadable?: string;
  /** Reason why the address is not an address in S3; the object was then not read. */
  readonly malformed?: string;
  /** The caption file; absent when it does not exist. */
  readonly caption?: DatasetCaption;
}

/** Width and height of an image in pixels. */
export interface ImageDimensions {
  readonly width: number;
  readonly height: number;
}

/** A caption file. */
export interface DatasetCaption {
  readonly uri: string;
  /** Its text; undefined when the bytes are not UTF-8. */
  readonly text: string | undefined;
  /** The encoding of a file that is not UTF-8, where it can be recognized. */
  readonly encoding?: CaptionEncoding;
}

/** Encodings that a caption must not have. */
export type CaptionEncoding = 'UTF-16' | 'UTF-32' | 'Windows-1252';

/** The input of a dataset report. */
export interface Dataset {
  readonly kind: SubjectKind;
  /** The token that stands for the subject in a prompt; "" when it is unknown. */
  readonly trigger: string;
  readonly images: readonly DatasetImage[];
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

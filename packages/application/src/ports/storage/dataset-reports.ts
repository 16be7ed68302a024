import type { FindingCode, FindingSeverity, Subject } from '@trainyard/domain';

/** A finding of a stored report. */
export interface StoredFinding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  /** The message with the names of the first files; shortened where the report would become too large. */
  readonly message: string;
}

/** The newest report about the data of a subject (docs/concepts/datasets.md). */
export interface StoredDatasetReport {
  readonly subject: Subject;
  /** When its inspection began, epoch ms. */
  readonly at: number;
  /** Digest of the list of images. */
  readonly listDigest: string;
  /** Digest of the contents, as versions store it. */
  readonly dataDigest: string;
  readonly trigger: string;
  readonly imageCount: number;
  readonly captionCount: number;
  readonly findings: readonly StoredFinding[];
  /** Number of findings that were left out. */
  readonly cutCount: number;
}

/** The largest stored report in bytes of JSON. */
export const STORED_REPORT_MAX_BYTES = 4_096;

/**
 * The newest dataset report of each subject, shared by all processes. A lost report is made anew; reports expire after a
 * day. Every method throws StoreUnavailableError.
 */
export interface DatasetReports {
  /** Saves a report, unless a report of a later inspection is stored or the data were changed after this inspection began. */
  save(report: StoredDatasetReport): Promise<void>;
  /** Finds the reports of subjects of one kind, by id; subjects without a report are left out. */
  findMany(kind: Subject['kind'], ids: readonly string[]): Promise<ReadonlyMap<string, StoredDatasetReport>>;
  /** Removes the report of a subject whose data changed at this time, epoch ms. */
  invalidate(subject: Subject, at: number): Promise<void>;
}

/** How long a report is stored, in ms. */
export const DATASET_REPORT_TTL_MS = 24 * 3_600_000;

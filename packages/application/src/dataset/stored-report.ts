import { createHash } from 'node:crypto';
import { type DatasetReport, type Finding, FINDING_RULES, type Subject } from '@trainyard/domain';
import {
  STORED_REPORT_MAX_BYTES,
  type StoredDatasetReport,
  type StoredFinding,
} from '../ports/storage/dataset-reports.ts';
import type { InspectedDataset } from './inspect.ts';

/** The digest of a list of images, in any order. */
export function toListDigest(uris: readonly string[]): string {
  return createHash('sha256').update(uris.toSorted().join('\n')).digest('hex');
}

/** The facts of a report besides its inspection. */
export interface ReportFacts {
  readonly subject: Subject;
  /** When the inspection began, epoch ms. */
  readonly at: number;
  readonly trigger: string;
  readonly imageUris: readonly string[];
}

/** Lengths to which messages are shortened, one after the other, until the report fits. */
const MESSAGE_LENGTHS = [600, 200, 100, 50];

/** Makes the stored form of a report, at most 4 KiB: messages are shortened, then the least severe findings are cut. */
export function toStoredReport(
  facts: ReportFacts,
  { report, digest }: InspectedDataset,
): StoredDatasetReport {
  const { subject, at, trigger, imageUris } = facts;
  const base = {
    subject,
    at,
    listDigest: toListDigest(imageUris),
    dataDigest: digest,
    trigger,
    imageCount: report.imageCount,
    captionCount: report.captionCount,
  };
  for (const length of MESSAGE_LENGTHS) {
    const stored = { ...base, findings: report.findings.map(toStoredFinding(length)), cutCount: 0 };
    if (fits(stored)) return stored;
  }
  return cutFindings(base, report);
}

function cutFindings(
  base: Omit<StoredDatasetReport, 'findings' | 'cutCount'>,
  { findings }: DatasetReport,
): StoredDatasetReport {
  const short = findings.map(toStoredFinding(MESSAGE_LENGTHS.at(-1) ?? 0));
  for (let count = short.length; count > 1; count -= 1) {
    const stored = { ...base, findings: short.slice(0, count), cutCount: short.length - count };
    if (fits(stored)) return stored;
  }
  return { ...base, findings: short.slice(0, 1), cutCount: short.length - 1 };
}

function toStoredFinding(length: number) {
  return ({ code, severity, message }: Finding): StoredFinding => {
    const isLong = message.length > length;
    return { code, severity, message: isLong ? `${message.slice(0, length).toWellFormed()}…` : message };
  };
}

function fits(report: StoredDatasetReport): boolean {
  return Buffer.byteLength(JSON.stringify(report)) <= STORED_REPORT_MAX_BYTES;
}

/** The finding of a stored report with its remedy; the addresses are not stored. */
export function fromStoredFinding({ code, severity, message }: StoredFinding): Finding {
  return { code, severity, message, hint: FINDING_RULES[code]?.hint ?? '', uris: [] };
}

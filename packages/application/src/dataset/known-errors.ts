import { datasetErrors, type Finding, requestFindings, type Subject } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { DatasetRefusedError } from '../errors.ts';
import type { StoredDatasetReport } from '../ports/storage/dataset-reports.ts';
import type { ImageAddress } from './select-images.ts';
import { fromStoredFinding, toListDigest } from './stored-report.ts';

/** The data of a training as its request names them. */
export interface RequestedData {
  readonly subject: Subject;
  readonly trigger: string;
  readonly images: readonly ImageAddress[];
}

type KnownDeps = Pick<Deps, 'datasetReports' | 'clock' | 'settings'>;

/** The errors of a request alone: count, addresses, types, extensions, stems and the characters of the trigger. */
export function findRequestErrors({ subject, trigger, images }: RequestedData): readonly Finding[] {
  return datasetErrors({ findings: requestFindings({ kind: subject.kind, trigger, images }) });
}

/** Whether a stored report covers the same list of images and is not older than `DATASET_REPORT_SECONDS`. */
export function isCurrentReport(
  { clock, settings }: Pick<KnownDeps, 'clock' | 'settings'>,
  report: StoredDatasetReport | undefined,
  { images }: Pick<RequestedData, 'images'>,
): report is StoredDatasetReport {
  if (!report || clock.now() - report.at > settings.datasetReportMs) return false;
  return report.listDigest === toListDigest(images.map(({ uri }) => uri));
}

/** The facts about data that are known without a request to the object store. */
export interface KnownDataset {
  /** Errors of the request alone, and the findings of a current report. */
  readonly findings: readonly Finding[];
  /** Number of captions; undefined without a current report. */
  readonly captionCount?: number;
  /** Prefix that the trainer adds to every caption; empty when all captions hold the trigger. Known after an inspection. */
  readonly classTokens?: string;
  /** Whether a current report covers the images, and whether it covers the trigger too. */
  readonly coverage: 'none' | 'images' | 'all';
}

/** Reads what is known about data without a request to the object store. Throws StoreUnavailableError. */
export async function readKnownDataset(deps: KnownDeps, data: RequestedData): Promise<KnownDataset> {
  const { subject, trigger } = data;
  const ofRequest = findRequestErrors(data);
  const report = (await deps.datasetReports.findMany(subject.kind, [subject.id])).get(subject.id);
  if (!isCurrentReport(deps, report, data)) return { findings: ofRequest, coverage: 'none' };
  const stored = listStoredFindings(report, trigger);
  const codes = new Set(stored.map(({ code }) => code));
  return {
    findings: [...ofRequest.filter(({ code }) => !codes.has(code)), ...stored],
    captionCount: report.captionCount,
    coverage: hasTrigger(report, trigger) ? 'all' : 'images',
  };
}

function hasTrigger(report: StoredDatasetReport, trigger: string): boolean {
  return report.trigger.normalize('NFC') === trigger.normalize('NFC');
}

/** The findings of a report that hold for this trigger: those about another trigger are left out. */
export function listStoredFindings(report: StoredDatasetReport, trigger: string): readonly Finding[] {
  const isSame = hasTrigger(report, trigger);
  return report.findings.filter(({ code }) => isSame || !code.startsWith('trigger_')).map(fromStoredFinding);
}

/**
 * Refuses data with a known error: an error of the request alone, or of a current report. Makes no request to the object
 * store; data without a current report are inspected at dispatch. Throws DatasetRefusedError and StoreUnavailableError.
 */
export async function assertNoKnownErrors(deps: KnownDeps, data: RequestedData): Promise<void> {
  const { subject, trigger } = data;
  const ofRequest = findRequestErrors(data);
  if (ofRequest.length > 0) throw new DatasetRefusedError(subject, ofRequest);
  const report = (await deps.datasetReports.findMany(subject.kind, [subject.id])).get(subject.id);
  if (!isCurrentReport(deps, report, data)) return;
  const errors = datasetErrors({ findings: listStoredFindings(report, trigger) });
  if (errors.length > 0) throw new DatasetRefusedError(subject, errors);
}

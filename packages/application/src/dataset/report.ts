import {
  type DatasetReport,
  datasetErrors,
  defaultTrigger,
  type Subject,
  type SubjectKind,
  toSubject,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { InvalidRequestError } from '../errors.ts';
import { type CheckDeps, checkDataset } from './check-dataset.ts';
import { listSubjectImages, toImageAddresses } from './select-images.ts';

type ReportDeps = CheckDeps & Pick<Deps, 'catalogue' | 'settings'>;

/** The data to report on: a list of images, or the images of a subject in the catalogue. */
export interface DatasetReportRequest {
  readonly kind: SubjectKind;
  readonly subjectId?: string;
  readonly images?: readonly string[];
  readonly selectionSetId?: number;
  /** Trigger that captions should contain; by default the trigger of the subject. */
  readonly trigger?: string;
}

/** A dataset report with the subject, trigger and images that it covers. */
export interface ReportedDataset {
  readonly subject: Subject | undefined;
  /** Empty if the request has neither a trigger nor a subject. */
  readonly trigger: string;
  /** `s3://` addresses without duplicates; malformed addresses are included unchanged. */
  readonly images: readonly string[];
  readonly report: DatasetReport;
  /** Whether a training with these data would be accepted: the report has no finding of severity error. */
  readonly trainable: boolean;
}

/**
 * Checks data by the rules of a training (docs/concepts/datasets.md) and stores the report of their subject. Every fault
 * becomes a finding, malformed addresses included. Throws InvalidRequestError if neither images nor a subject are given,
 * SubjectNotFoundError, SelectionSetNotFoundError, and ObjectStoreError if the object store is unavailable.
 */
export async function reportDataset(
  deps: ReportDeps,
  request: DatasetReportRequest,
): Promise<ReportedDataset> {
  const subject = request.subjectId === undefined ? undefined : toSubject(request.kind, request.subjectId);
  const [urls, trigger] = await Promise.all([
    resolveImageUrls(deps, request, subject),
    resolveTrigger(deps, request, subject),
  ]);
  const images = toImageAddresses(deps, urls);
  const { report } = await checkDataset(deps, {
    subject,
    kind: request.kind,
    trigger,
    imageUris: images.filter(({ malformed }) => malformed === undefined).map(({ uri }) => uri),
    malformed: images.flatMap(({ uri, malformed }) => (malformed === undefined ? [] : [{ uri, malformed }])),
  });
  return {
    subject,
    trigger,
    images: images.map(({ uri }) => uri),
    report,
    trainable: datasetErrors(report).length === 0,
  };
}

async function resolveTrigger(
  { catalogue }: ReportDeps,
  request: DatasetReportRequest,
  subject: Subject | undefined,
): Promise<string> {
  const explicitTrigger = request.trigger?.trim();
  if (explicitTrigger) return explicitTrigger;
  if (!subject) return '';
  const name = subject.kind === 'actor' ? (await catalogue.findActor(subject.id))?.name : undefined;
  return defaultTrigger(subject, name ?? subject.id);
}

async function resolveImageUrls(
  deps: ReportDeps,
  request: DatasetReportRequest,
  subject: Subject | undefined,
): Promise<readonly string[]> {
  if (request.images) return request.images;
  if (subject) return listSubjectImages(deps, { subject, ...request });
  throw new InvalidRequestError([{ path: 'images', message: 'a subject_id or images are required' }]);
}

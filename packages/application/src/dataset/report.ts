import {
  type DatasetReport,
  datasetErrors,
  defaultTrigger,
  normalizeS3Address,
  S3AddressError,
  type Subject,
  type SubjectKind,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { InvalidRequestError } from '../errors.ts';
import { inspectDataset } from './inspect.ts';
import { listSubjectImages } from './select-images.ts';

type ReportDeps = Pick<Deps, 'catalogue' | 'objects' | 'settings'>;

/** Which data are to be reported on: a list of images, or what the catalogue has for a subject. */
export interface DatasetReportRequest {
  readonly kind: SubjectKind;
  readonly subjectId?: string;
  readonly images?: readonly string[];
  readonly selectionSetId?: number;
  /** The subject's own unless told. */
  readonly trigger?: string;
}

/** A report, and what it is about. */
export interface ReportedDataset {
  readonly subject: Subject | undefined;
  /** Empty where neither a trigger nor a subject was named. */
  readonly trigger: string;
  /** `s3://` addresses, each once; those that are none as they were given. */
  readonly images: readonly string[];
  readonly report: DatasetReport;
  /** Whether a training would not be refused for these data. */
  readonly trainable: boolean;
}

interface ImageAddress {
  readonly uri: string;
  readonly malformed?: string;
}

/**
 * Judges data as a training would meet them (SPEC §6): all that is wrong is a finding, also an address that is none.
 * Throws InvalidRequestError, SubjectNotFoundError, SelectionSetNotFoundError, or ObjectStoreError when the store is away.
 */
export async function reportDataset(
  deps: ReportDeps,
  request: DatasetReportRequest,
): Promise<ReportedDataset> {
  const subject = request.subjectId === undefined ? undefined : { kind: request.kind, id: request.subjectId };
  const [urls, trigger] = await Promise.all([
    resolveImageUrls(deps, request, subject),
    resolveTrigger(deps, request, subject),
  ]);
  const images = toImageAddresses(deps, urls);
  const { report } = await inspectDataset(deps.objects, {
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

function toImageAddress({ settings }: ReportDeps, url: string): ImageAddress {
  try {
    return { uri: normalizeS3Address(url, { customEndpoints: settings.customS3Endpoints }).uri };
  } catch (error) {
    if (!(error instanceof S3AddressError)) throw error;
    return { uri: error.url, malformed: error.reason };
  }
}

/** Captions that stand among the images (seed 001) are found beside them anyway. */
function toImageAddresses(deps: ReportDeps, urls: readonly string[]): readonly ImageAddress[] {
  const images = urls
    .map((url) => toImageAddress(deps, url))
    .filter(({ uri }) => !uri.toLowerCase().endsWith('.txt'));
  return [...new Map(images.map((image) => [image.uri, image])).values()];
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
  throw new InvalidRequestError([{ path: 'images', message: 'name a subject_id, or give images' }]);
}

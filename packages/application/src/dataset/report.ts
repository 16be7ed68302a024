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
import { lookAtDataset } from './inspect.ts';
import { InvalidRequestError } from '../errors.ts';
import { listedImages } from './select-images.ts';

type ReportDeps = Pick<Deps, 'catalogue' | 'objects' | 'settings'>;

/** Which data are to be reported on: a list of images, or what the catalogue has for a subject. */
export interface DatasetWish {
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

interface Addressed {
  readonly uri: string;
  readonly malformed?: string;
}

const addressed = ({ settings }: ReportDeps, url: string): Addressed => {
  try {
    return { uri: normalizeS3Address(url, { customEndpoints: settings.customS3Endpoints }).uri };
  } catch (error) {
    if (!(error instanceof S3AddressError)) throw error;
    return { uri: error.url, malformed: error.reason };
  }
};

/** Captions that stand among the images (seed 001) are found beside them anyway. */
const imagesAt = (deps: ReportDeps, urls: readonly string[]): readonly Addressed[] => {
  const images = urls
    .map((url) => addressed(deps, url))
    .filter(({ uri }) => !uri.toLowerCase().endsWith('.txt'));
  return [...new Map(images.map((image) => [image.uri, image])).values()];
};

const triggerFor = async (
  { catalogue }: ReportDeps,
  wish: DatasetWish,
  subject: Subject | undefined,
): Promise<string> => {
  const given = wish.trigger?.trim();
  if (given) return given;
  if (!subject) return '';
  const name = subject.kind === 'actor' ? (await catalogue.actor(subject.id))?.name : undefined;
  return defaultTrigger(subject, name ?? subject.id);
};

const wanted = async (
  deps: ReportDeps,
  wish: DatasetWish,
  subject: Subject | undefined,
): Promise<readonly string[]> => {
  if (wish.images) return wish.images;
  if (subject) return listedImages(deps, { subject, ...wish });
  throw new InvalidRequestError([{ path: 'images', message: 'name a subject_id, or give images' }]);
};

/**
 * Judges data as a training would meet them (SPEC §6): all that is wrong is a finding, also an address that is none.
 * Throws InvalidRequestError, SubjectNotFoundError, SelectionSetNotFoundError, or ObjectStoreError when the store is away.
 */
export const reportOn = async (deps: ReportDeps, wish: DatasetWish): Promise<ReportedDataset> => {
  const subject = wish.subjectId === undefined ? undefined : { kind: wish.kind, id: wish.subjectId };
  const [urls, trigger] = await Promise.all([wanted(deps, wish, subject), triggerFor(deps, wish, subject)]);
  const images = imagesAt(deps, urls);
  const { report } = await lookAtDataset(deps.objects, {
    kind: wish.kind,
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
};

import { createHash } from 'node:crypto';
import {
  type DatasetCaption,
  type DatasetImage,
  type DatasetReport,
  decodeCaption,
  type ImageDimensions,
  reportDataset,
  type SubjectKind,
  toCaptionAddress,
} from '@trainyard/domain';
import pLimit, { type LimitFunction } from 'p-limit';
import { ObjectStoreError } from '../errors.ts';
import type { ObjectHead, ObjectStore, StoredObject } from '../ports/storage/object-store.ts';
import { HEADER_BYTES, readDimensions } from './image-header.ts';

/** Images of an inspection that are read at the same time. */
const CONCURRENCY = 8;

/** Result of an inspection: findings, the addresses to download, and a digest of the contents. */
export interface InspectedDataset {
  readonly report: DatasetReport;
  /** `s3://` addresses of the images, each followed by its caption file if it exists, in download order. */
  readonly uris: readonly string[];
  /**
   * SHA-256 over the sorted addresses, ETags and captions; equal digests mean equal data
   * (docs/concepts/auto-train.md).
   */
  readonly digest: string;
}

interface InspectedImage {
  readonly image: DatasetImage;
  readonly digestLine: string;
}

/**
 * Reads the HEAD and the header of every image and its caption (docs/concepts/datasets.md), 8 images at a time. A file
 * that is missing or forbidden is a finding. Throws a retryable ObjectStoreError if the store is unavailable.
 * @param limit bounds the reads of several inspections together
 */
export async function inspectDataset(
  objects: ObjectStore,
  data: DatasetToInspect,
  limit: LimitFunction = createReadLimit(),
): Promise<InspectedDataset> {
  const inspected = await Promise.all(data.imageUris.map((uri) => limit(() => inspectImage(objects, uri))));
  const hash = createHash('sha256');
  for (const trace of inspected.map(({ digestLine: line }) => line).sort()) hash.update(trace).update('\n');
  return {
    report: reportDataset({
      kind: data.kind,
      trigger: data.trigger,
      images: [
        ...inspected.map(({ image }) => image),
        ...(data.malformed ?? []).map((each) => ({ ...each, sizeBytes: undefined })),
      ],
    }),
    uris: inspected.flatMap(({ image: { uri, caption } }) => (caption ? [uri, caption.uri] : [uri])),
    digest: hash.digest('hex'),
  };
}

/** Creates the bound of the reads of one or of several inspections. */
export function createReadLimit(): LimitFunction {
  return pLimit(CONCURRENCY);
}

/**
 * Reads the HEAD of an image: undefined for a missing image, the reason for one that the store refuses. Throws a retryable
 * ObjectStoreError if the store is unavailable.
 */
export async function headImage(
  objects: Pick<ObjectStore, 'headUri'>,
  uri: string,
): Promise<ObjectHead | string | undefined> {
  try {
    return await objects.headUri(uri);
  } catch (error) {
    if (error instanceof ObjectStoreError && !error.retryable) return error.message;
    throw error;
  }
}

/** The value of a read; undefined when the store refuses it. */
export async function ignoringRefusal<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ObjectStoreError && !error.retryable) return undefined;
    throw error;
  }
}

interface CaptionFile {
  readonly uri: string;
  readonly object: StoredObject;
}

/** The addresses at which the caption of an image may be: its name unchanged, composed and decomposed. */
export function listCaptionAddresses(imageUri: string): readonly string[] {
  const uri = toCaptionAddress(imageUri);
  return [...new Set([uri, uri.normalize('NFC'), uri.normalize('NFD')])];
}

/**
 * Finds the caption of an image, also under the composed or decomposed form of its name. Missing and refused captions both
 * count as absent: in a bucket without list permission S3 answers 403 for a key that does not exist.
 */
async function findCaption(objects: ObjectStore, imageUri: string): Promise<CaptionFile | undefined> {
  for (const uri of listCaptionAddresses(imageUri)) {
    const object = await ignoringRefusal(objects.getUri(uri));
    if (object) return { uri, object };
  }
  return undefined;
}

async function inspectImage(objects: ObjectStore, uri: string): Promise<InspectedImage> {
  const [head, caption] = await Promise.all([headImage(objects, uri), findCaption(objects, uri)]);
  const unreadable = typeof head === 'string' ? head : undefined;
  const found = typeof head === 'object' ? head : undefined;
  const dimensions = found && (await findDimensions(objects, uri, found));
  return {
    image: {
      uri,
      sizeBytes: found?.sizeBytes,
      ...(found && { etag: found.etag }),
      ...(dimensions && { dimensions }),
      ...(unreadable !== undefined && { unreadable }),
      ...(caption && { caption: toDatasetCaption(caption) }),
    },
    digestLine: JSON.stringify([uri, found?.etag ?? null, caption ? toDigestText(caption) : null]),
  };
}

async function findDimensions(
  objects: ObjectStore,
  uri: string,
  { sizeBytes }: ObjectHead,
): Promise<ImageDimensions | undefined> {
  const start = sizeBytes > 0 ? await ignoringRefusal(objects.readStart(uri, HEADER_BYTES)) : undefined;
  return start && readDimensions(start);
}

function toDatasetCaption({ uri, object }: CaptionFile): DatasetCaption {
  return { uri, ...decodeCaption(object.body) };
}

/** The text of a caption in the digest: lenient, so that the digest of every stored version stays valid. */
function toDigestText({ object }: CaptionFile): string {
  return new TextDecoder().decode(object.body);
}

/** The images of a training, or of a training that may be created. */
export interface DatasetToInspect {
  readonly kind: SubjectKind;
  readonly trigger: string;
  readonly imageUris: readonly string[];
  /** Entries of the image list that are not object addresses; each becomes a finding without a request. */
  readonly malformed?: readonly { readonly uri: string; readonly malformed: string }[];
}

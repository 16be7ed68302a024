import { createHash } from 'node:crypto';
import {
  type DatasetImage,
  type DatasetReport,
  reportDataset,
  type SubjectKind,
  toCaptionAddress,
} from '@trainyard/domain';
import pLimit from 'p-limit';
import { ObjectStoreError } from '../errors.ts';
import type { ObjectHead, ObjectStore } from '../ports/storage/object-store.ts';

/** Concurrent object store requests per inspection. */
const CONCURRENCY = 16;

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
  readonly captionUri?: string;
  readonly digestLine: string;
}

/**
 * Reads the HEAD of every image and the text of every caption of a training (docs/concepts/datasets.md): two
 * requests per image, 16 at a time. A file that is missing or forbidden is a finding. Throws a retryable
 * ObjectStoreError if the store is unavailable.
 */
export async function inspectDataset(
  objects: ObjectStore,
  data: DatasetToInspect,
): Promise<InspectedDataset> {
  const limit = pLimit(CONCURRENCY);
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
    uris: inspected.flatMap(({ image, captionUri }) => (captionUri ? [image.uri, captionUri] : [image.uri])),
    digest: hash.digest('hex'),
  };
}

async function headImage(objects: ObjectStore, uri: string): Promise<ObjectHead | string | undefined> {
  try {
    return await objects.headUri(uri);
  } catch (error) {
    if (error instanceof ObjectStoreError && !error.retryable) return error.message;
    throw error;
  }
}

/**
 * Missing and refused captions both count as absent: in a bucket without list permission S3 answers 403 for a
 * key that does not exist.
 */
async function readCaptionText(objects: ObjectStore, uri: string): Promise<string | undefined> {
  try {
    const object = await objects.getUri(uri);
    return object && new TextDecoder().decode(object.body);
  } catch (error) {
    if (error instanceof ObjectStoreError && !error.retryable) return undefined;
    throw error;
  }
}

async function inspectImage(objects: ObjectStore, uri: string): Promise<InspectedImage> {
  const captionUri = toCaptionAddress(uri);
  const [head, caption] = await Promise.all([headImage(objects, uri), readCaptionText(objects, captionUri)]);
  const unreadable = typeof head === 'string' ? head : undefined;
  const found = typeof head === 'object' ? head : undefined;
  return {
    image: {
      uri,
      sizeBytes: found?.sizeBytes,
      ...(unreadable !== undefined && { unreadable }),
      ...(caption !== undefined && { caption }),
    },
    ...(caption !== undefined && { captionUri }),
    digestLine: JSON.stringify([uri, found?.etag ?? null, caption ?? null]),
  };
}

/** The images of a training, or of a training that may be created. */
interface DatasetToInspect {
  readonly kind: SubjectKind;
  readonly trigger: string;
  readonly imageUris: readonly string[];
  /** Entries of the image list that are not object addresses; each becomes a finding without a request. */
  readonly malformed?: readonly { readonly uri: string; readonly malformed: string }[];
}

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

/** How many objects are looked at together. */
const CONCURRENCY = 16;

/** What the store shows of a training's data. */
export interface InspectedDataset {
  readonly report: DatasetReport;
  /** Images, each followed by its caption where there is one, as the container fetches them. */
  readonly uris: readonly string[];
  /** Digest over sorted addresses, ETags and captions (SPEC §8): equal digests, equal data. */
  readonly digest: string;
}

interface InspectedImage {
  readonly image: DatasetImage;
  readonly captionUri?: string;
  readonly digestLine: string;
}

/**
 * Looks at every image and caption of a training (SPEC §6). A file that is missing or forbidden is a finding; a store
 * that cannot be reached is thrown as a retryable ObjectStoreError.
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

/** Where we may read but not list, as in another's bucket, a caption that is not there is refused, not missing. */
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

/** The data of a training, or data that may become one's. */
interface DatasetToInspect {
  readonly kind: SubjectKind;
  readonly trigger: string;
  readonly imageUris: readonly string[];
  /** What stands among them without being an address; it is reported on and not looked for. */
  readonly malformed?: readonly { readonly uri: string; readonly malformed: string }[];
}

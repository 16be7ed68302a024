import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import {
  assertObjectKey,
  type ObjectHead,
  ObjectStoreError,
  type OpenObject,
  type PutOptions,
  readObjectUri,
  type StoredObject,
} from '@trainyard/application';
import type { OpenObjectStore, S3Options } from '../options.ts';
import { createS3Client } from './client.ts';
import { createScrub, isNotFound, type Scrub, s3Fault, writeFault } from './faults.ts';
import { listObjects } from './list.ts';

/** A bucket, and the prefix of it that is the store; the prefix is empty or ends in `/`. */
export interface S3Place {
  readonly bucket: string;
  readonly prefix: string;
}

interface S3 extends S3Place {
  readonly client: S3Client;
  readonly scrub: Scrub;
}

interface Target {
  /** How the caller named the object; errors name it so. */
  readonly shown: string;
  /** The key in what is answered. */
  readonly key: string;
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * An object store in a bucket of S3 or of a server that speaks S3, conditional writes included. The SDK repeats a
 * request whose answer was lost, so a conditional write that succeeded may be reported as lost to another:
 * who gets a {@link PreconditionFailedError} reads again and looks for its own write.
 */
export function openS3Store(place: S3Place, options: S3Options): OpenObjectStore {
  const scrub = createScrub([options.accessKeyId, options.secretAccessKey, options.sessionToken]);
  const s3: S3 = { ...place, scrub, client: createS3Client(options) };
  return {
    get: async (key) => get(s3, here(s3, key)),
    head: async (key) => head(s3, here(s3, key)),
    put: async (key, body, putOptions = {}) => put(s3, here(s3, key), { body, ...putOptions }),
    delete: async (key) => {
      const target = here(s3, key);
      const command = new DeleteObjectCommand(named(target));
      await s3.client.send(command).catch((error: unknown) => fail(s3, target, error));
    },
    list: (prefix) => listObjects(s3, prefix),
    headUri: async (uri) => head(s3, anywhere(uri)),
    getUri: async (uri) => get(s3, anywhere(uri)),
    openUri: async (uri) => open(s3, anywhere(uri)),
    uriOf: (key) => `s3://${s3.bucket}/${here(s3, key).Key}`,
    presignGet: async (uri, { expiresInSeconds: expiresIn, fileName }) => {
      const command = new GetObjectCommand({
        ...named(anywhere(uri)),
        ...(fileName !== undefined && { ResponseContentDisposition: attachment(fileName) }),
      });
      return getSignedUrl(s3.client, command, { expiresIn }).catch((error) => fail(s3, anywhere(uri), error));
    },
    presignPut: async (key, { expiresInSeconds: expiresIn, contentType, sizeBytes }) => {
      const target = here(s3, key);
      const command = new PutObjectCommand({
        ...named(target),
        ContentType: contentType,
        ...(sizeBytes !== undefined && { ContentLength: sizeBytes }),
      });
      return getSignedUrl(s3.client, command, { expiresIn }).catch((error) => fail(s3, target, error));
    },
    close: async () => s3.client.destroy(),
  };
}

function here(place: S3Place, key: string): Target {
  assertObjectKey(key);
  return { shown: key, key, Bucket: place.bucket, Key: place.prefix + key };
}

function anywhere(uri: string): Target {
  const { bucket, key } = readObjectUri(uri);
  return { shown: uri, key, Bucket: bucket, Key: key };
}

const named = ({ Bucket, Key }: Target) => ({ Bucket, Key });

function fail(s3: S3, target: Target, error: unknown): never {
  throw s3Fault(target.shown, error, s3.scrub);
}

function absentOrFail(s3: S3, target: Target, error: unknown): undefined {
  return isNotFound(error) ? undefined : fail(s3, target, error);
}

async function head(s3: S3, target: Target): Promise<ObjectHead | undefined> {
  try {
    return headOf(target.key, await s3.client.send(new HeadObjectCommand(named(target))));
  } catch (error) {
    absentOrFail(s3, target, error);
    return assertBucket(s3, target);
  }
}

/** A HEAD tells a missing object and a missing bucket by the same bare 404; only the former is no news. */
async function assertBucket(s3: S3, { shown, Bucket }: Target): Promise<undefined> {
  await s3.client.send(new HeadBucketCommand({ Bucket })).catch((error: unknown) => {
    if (isNotFound(error)) throw new ObjectStoreError(shown, 'there is no such bucket', { retryable: false });
  });
}

async function get(s3: S3, target: Target): Promise<StoredObject | undefined> {
  try {
    const found = await s3.client.send(new GetObjectCommand(named(target)));
    const body = (await found.Body?.transformToByteArray()) ?? new Uint8Array();
    return { ...headOf(target.key, found), sizeBytes: body.length, body };
  } catch (error) {
    return absentOrFail(s3, target, error);
  }
}

async function open(s3: S3, target: Target): Promise<OpenObject | undefined> {
  try {
    const found = await s3.client.send(new GetObjectCommand(named(target)));
    return { ...headOf(target.key, found), body: found.Body as AsyncIterable<Uint8Array> };
  } catch (error) {
    return absentOrFail(s3, target, error);
  }
}

const attachment = (fileName: string): string =>
  `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`;

type HeadFields = Pick<HeadObjectCommandOutput, 'ETag' | 'ContentLength' | 'LastModified'>;

function headOf(key: string, found: HeadFields): ObjectHead {
  return {
    key,
    etag: found.ETag ?? '',
    sizeBytes: found.ContentLength ?? 0,
    lastModifiedMs: found.LastModified?.getTime() ?? 0,
  };
}

async function put(
  s3: S3,
  target: Target,
  { body, condition, contentType }: PutOptions & { readonly body: Uint8Array | string },
): Promise<{ etag: string }> {
  const command = new PutObjectCommand({
    ...named(target),
    Body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    ...(contentType !== undefined && { ContentType: contentType }),
    ...(condition && ('ifAbsent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.ifMatch })),
  });
  try {
    return { etag: (await s3.client.send(command)).ETag ?? '' };
  } catch (error) {
    throw writeFault(target.shown, error, { conditional: condition !== undefined, scrub: s3.scrub });
  }
}

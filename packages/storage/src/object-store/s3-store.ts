import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import {
  assertObjectKey,
  type ObjectHead,
  ObjectStoreError,
  type OpenObject,
  type PutOptions,
  parseObjectUri,
  type StoredObject,
} from '@trainyard/application';
import type { OpenObjectStore, S3Options } from './options.ts';
import { createS3Client, listObjects } from './s3-client.ts';
import { createScrub, isNotFound, type Scrub, toS3Error, toS3WriteError } from './s3-errors.ts';

/** A bucket and the key prefix of the store inside it; the prefix is empty or ends with `/`. */
export interface S3Location {
  readonly bucket: string;
  readonly prefix: string;
}

interface S3 extends S3Location {
  readonly client: S3Client;
  readonly scrub: Scrub;
}

interface Target {
  /** Name of the object in error messages: the key or address that the caller used. */
  readonly displayName: string;
  /** Key of the object in results. */
  readonly key: string;
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * Opens an object store in a bucket of S3 or of an S3-compatible server with conditional writes. The SDK
 * repeats a request whose response was lost, so that a successful conditional write may be reported as lost:
 * after a {@link PreconditionFailedError} the caller reads again and compares with its own write.
 */
export function openS3Store(location: S3Location, options: S3Options): OpenObjectStore {
  const scrub = createScrub([options.accessKeyId, options.secretAccessKey, options.sessionToken]);
  const s3: S3 = { ...location, scrub, client: createS3Client(options) };
  return {
    get: async (key) => getObject(s3, targetFromKey(s3, key)),
    head: async (key) => headObject(s3, targetFromKey(s3, key)),
    put: async (key, body, putOptions = {}) => putObject(s3, targetFromKey(s3, key), { body, ...putOptions }),
    delete: async (key) => deleteObject(s3, targetFromKey(s3, key)),
    list: (prefix) => listObjects(s3, prefix),
    headUri: async (uri) => headObject(s3, targetFromUri(uri)),
    readSha256: async (uri) => readSha256(s3, targetFromUri(uri)),
    getUri: async (uri) => getObject(s3, targetFromUri(uri)),
    readStart: async (uri, maxBytes) => readObjectStart(s3, targetFromUri(uri), maxBytes),
    openUri: async (uri) => openObject(s3, targetFromUri(uri)),
    toUri: (key) => `s3://${s3.bucket}/${targetFromKey(s3, key).Key}`,
    presignGet: async (uri, { expiresInSeconds: expiresIn, fileName }) => {
      const command = new GetObjectCommand({
        ...toBucketAndKey(targetFromUri(uri)),
        ...(fileName !== undefined && { ResponseContentDisposition: toContentDisposition(fileName) }),
      });
      return getSignedUrl(s3.client, command, { expiresIn }).catch((error) =>
        throwS3Error(s3, targetFromUri(uri), error),
      );
    },
    presignPut: async (key, { expiresInSeconds: expiresIn, contentType, sizeBytes }) => {
      const target = targetFromKey(s3, key);
      const command = new PutObjectCommand({
        ...toBucketAndKey(target),
        ContentType: contentType,
        ...(sizeBytes !== undefined && { ContentLength: sizeBytes }),
      });
      return getSignedUrl(s3.client, command, { expiresIn }).catch((error) =>
        throwS3Error(s3, target, error),
      );
    },
    close: async () => s3.client.destroy(),
  };
}

function targetFromKey(location: S3Location, key: string): Target {
  assertObjectKey(key);
  return { displayName: key, key, Bucket: location.bucket, Key: location.prefix + key };
}

function targetFromUri(uri: string): Target {
  const { bucket, key } = parseObjectUri(uri);
  return { displayName: uri, key, Bucket: bucket, Key: key };
}

function toBucketAndKey({ Bucket, Key }: Target) {
  return { Bucket, Key };
}

function throwS3Error(s3: S3, target: Target, error: unknown): never {
  throw toS3Error(target.displayName, error, s3.scrub);
}

function ignoreNotFound(s3: S3, target: Target, error: unknown): undefined {
  return isNotFound(error) ? undefined : throwS3Error(s3, target, error);
}

async function headObject(s3: S3, target: Target): Promise<ObjectHead | undefined> {
  try {
    return toHead(target.key, await s3.client.send(new HeadObjectCommand(toBucketAndKey(target))));
  } catch (error) {
    ignoreNotFound(s3, target, error);
    return assertBucket(s3, target);
  }
}

/** The checksum of an upload in parts covers its parts and not the object. */
async function readSha256(s3: S3, target: Target): Promise<string | undefined> {
  const command = new HeadObjectCommand({ ...toBucketAndKey(target), ChecksumMode: 'ENABLED' });
  const head = await s3.client.send(command).catch((error: unknown) => ignoreNotFound(s3, target, error));
  const digest = Buffer.from(head?.ChecksumSHA256 ?? '', 'base64');
  const isWhole = head?.ChecksumType !== 'COMPOSITE' && !head?.ChecksumSHA256?.includes('-');
  return isWhole && digest.length === 32 ? digest.toString('hex') : undefined;
}

/**
 * A HEAD reports a missing object and a missing bucket by the same 404; a second request distinguishes them.
 * Throws a non-retryable ObjectStoreError for a missing bucket.
 */
async function assertBucket(s3: S3, { displayName, Bucket }: Target): Promise<undefined> {
  await s3.client.send(new HeadBucketCommand({ Bucket })).catch((error: unknown) => {
    if (isNotFound(error))
      throw new ObjectStoreError(displayName, `the bucket ${Bucket} does not exist`, {
        retryable: false,
        refusal: 'address',
      });
  });
}

async function getObject(s3: S3, target: Target): Promise<StoredObject | undefined> {
  try {
    const found = await s3.client.send(new GetObjectCommand(toBucketAndKey(target)));
    const body = (await found.Body?.transformToByteArray()) ?? new Uint8Array();
    return { ...toHead(target.key, found), sizeBytes: body.length, body };
  } catch (error) {
    return ignoreNotFound(s3, target, error);
  }
}

/** An empty object has no range, which S3 answers with 416. */
async function readObjectStart(s3: S3, target: Target, maxBytes: number): Promise<Uint8Array | undefined> {
  const command = new GetObjectCommand({ ...toBucketAndKey(target), Range: `bytes=0-${maxBytes - 1}` });
  try {
    const found = await s3.client.send(command);
    return (await found.Body?.transformToByteArray())?.subarray(0, maxBytes) ?? new Uint8Array();
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 416)
      return new Uint8Array();
    return ignoreNotFound(s3, target, error);
  }
}

async function openObject(s3: S3, target: Target): Promise<OpenObject | undefined> {
  try {
    const found = await s3.client.send(new GetObjectCommand(toBucketAndKey(target)));
    return { ...toHead(target.key, found), body: found.Body as AsyncIterable<Uint8Array> };
  } catch (error) {
    return ignoreNotFound(s3, target, error);
  }
}

function toContentDisposition(fileName: string): string {
  return `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`;
}

async function deleteObject(s3: S3, target: Target): Promise<void> {
  const command = new DeleteObjectCommand(toBucketAndKey(target));
  await s3.client.send(command).catch((error: unknown) => throwS3Error(s3, target, error));
}

type HeadFields = Pick<HeadObjectCommandOutput, 'ETag' | 'ContentLength' | 'LastModified'>;

function toHead(key: string, found: HeadFields): ObjectHead {
  return {
    key,
    etag: found.ETag ?? '',
    sizeBytes: found.ContentLength ?? 0,
    lastModifiedMs: found.LastModified?.getTime() ?? 0,
  };
}

async function putObject(
  s3: S3,
  target: Target,
  { body, condition, contentType }: PutOptions & { readonly body: Uint8Array | string },
): Promise<{ etag: string }> {
  const command = new PutObjectCommand({
    ...toBucketAndKey(target),
    Body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    ...(contentType !== undefined && { ContentType: contentType }),
    ...(condition && ('ifAbsent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.ifMatch })),
  });
  try {
    return { etag: (await s3.client.send(command)).ETag ?? '' };
  } catch (error) {
    throw toS3WriteError(target.displayName, error, {
      conditional: condition !== undefined,
      scrub: s3.scrub,
    });
  }
}

import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { ObjectHead } from '@trainyard/application';
import type { S3Options } from './options.ts';
import { type Scrub, toS3Error } from './s3-errors.ts';

/** Timeouts of a request to S3, before the SDK retries it. */
const CONNECT_TIMEOUT_MS = 5_000;
const SOCKET_TIMEOUT_MS = 30_000;

/**
 * Creates the SDK's client. Without keys the SDK searches its default sources (environment, profile, role).
 */
export function createS3Client(options: S3Options): S3Client {
  const { accessKeyId, secretAccessKey, sessionToken } = options;
  return new S3Client({
    region: options.region ?? 'us-east-1',
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    forcePathStyle: options.forcePathStyle ?? options.endpoint !== undefined,
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      }),
    // Default checksums would break servers without support for them, and presigned uploads from browsers.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 4,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SOCKET_TIMEOUT_MS },
  });
}

/**
 * Lists the objects whose key begins with `prefix`, in key order, 1 000 per request. Throws ObjectStoreError.
 */
export async function* listObjects(
  s3: { readonly client: S3Client; readonly bucket: string; readonly prefix: string; readonly scrub: Scrub },
  prefix: string,
): AsyncIterable<ObjectHead> {
  const Prefix = s3.prefix + prefix;
  try {
    for await (const page of paginateListObjectsV2({ client: s3.client }, { Bucket: s3.bucket, Prefix })) {
      for (const found of page.Contents ?? []) {
        yield {
          key: (found.Key ?? '').slice(s3.prefix.length),
          etag: found.ETag ?? '',
          sizeBytes: found.Size ?? 0,
          lastModifiedMs: found.LastModified?.getTime() ?? 0,
        };
      }
    }
  } catch (error) {
    throw toS3Error(prefix, error, s3.scrub);
  }
}

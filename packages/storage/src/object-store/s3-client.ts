import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { ObjectHead } from '@trainyard/application';
import { type Scrub, toS3Error } from './errors.ts';
import type { S3Options } from './options.ts';

/** Never wait for S3 for longer than this before trying again. */
const CONNECT_TIMEOUT_MS = 5_000;
const SOCKET_TIMEOUT_MS = 30_000;

/** The SDK's client. Without keys it looks for credentials where AWS keeps them (environment, profile, role). */
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
    // Checksums by default would break servers that do not know them, and presigned uploads from a browser.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 4,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SOCKET_TIMEOUT_MS },
  });
}

/** The objects of the store whose key begins with `prefix`; S3 gives them by key, 1000 a page. */
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

import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectHead } from '@trainyard/application';
import { type Scrub, toS3Error } from './errors.ts';

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

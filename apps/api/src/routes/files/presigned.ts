import type { ObjectStore, UploadPlan } from '@trainyard/application';
import type { Links } from './links.ts';

/** What gives out links: the store where it can presign, else we ourselves. */
export interface LinkDeps {
  readonly objects: Pick<ObjectStore, 'presignGet' | 'presignPut'>;
  readonly links: Links;
}

/** Long enough to look at a page, short enough to be of no use to who finds it. */
const READ_SECONDS = 3_600;
const UPLOAD_SECONDS = 900;

function toExpiry(seconds: number): number {
  return Date.now() + seconds * 1_000;
}

/** A link that shows an object, or with a name saves it, and until when it counts (epoch ms). */
export async function createReadLink(
  { objects, links }: LinkDeps,
  uri: string,
  fileName?: string,
): Promise<{ readonly url: string; readonly until: number }> {
  const named = fileName === undefined ? {} : { fileName };
  const until = toExpiry(READ_SECONDS);
  const presigned = await objects.presignGet(uri, { expiresInSeconds: READ_SECONDS, ...named });
  const as = fileName === undefined ? {} : { as: fileName };
  return { url: presigned ?? links.write({ may: 'get', uri, until, ...as }), until };
}

/** A link that takes this one upload, and until when. */
export async function createUploadLink(
  { objects, links }: LinkDeps,
  { key, contentType, sizeBytes }: UploadPlan,
  replace: boolean,
): Promise<{ readonly url: string; readonly until: number }> {
  const until = toExpiry(UPLOAD_SECONDS);
  const options = { expiresInSeconds: UPLOAD_SECONDS, contentType, sizeBytes };
  const presigned = await objects.presignPut(key, options);
  const own = () => links.write({ may: 'put', key, until, type: contentType, bytes: sizeBytes, replace });
  return { url: presigned ?? own(), until };
}

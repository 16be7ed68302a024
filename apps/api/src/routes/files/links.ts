import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ObjectStore, UploadPlan } from '@trainyard/application';
import { z } from 'zod';
import { InvalidLinkError } from '../../problems/errors.ts';

const linkSchema = z.discriminatedUnion('may', [
  z.strictObject({ may: z.literal('get'), uri: z.string(), until: z.number(), as: z.string().optional() }),
  z.strictObject({
    may: z.literal('put'),
    key: z.string(),
    until: z.number(),
    type: z.string(),
    bytes: z.number(),
    replace: z.boolean(),
  }),
]);

/** Content of a signed link: the operation that it permits and its expiry (epoch ms). */
export type Link = z.infer<typeof linkSchema>;
/** Content of a link for an operation. */
export type LinkFor<May extends Link['may']> = Extract<Link, { may: May }>;

/** Signed links for object stores that cannot presign URLs, such as a local folder. */
export interface Links {
  /** Signs a link. @returns path and query without a host */
  write(link: Link): string;
  /** Verifies a link. Throws InvalidLinkError when it is forged, expired or permits a different operation. */
  read<May extends Link['may']>(may: May, text: string): LinkFor<May>;
}

/** Path of the routes that serve signed links. */
export const LINK_PATH = '/api/files';

/**
 * Creates the signed links.
 * @param secret the webhook secret, so that all processes accept each other's links; without it a random secret of this
 * process is used
 */
export function createLinks(secret: string | undefined, now: () => number = Date.now): Links {
  const key = deriveLinkKey(secret);
  const sign = (body: string): Buffer => createHmac('sha256', key).update(body).digest();
  const isSigned = (body: string, signature: string): boolean => {
    const [actual, expected] = [Buffer.from(signature, 'base64url'), sign(body)];
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  };
  return {
    write: (link) => {
      const body = Buffer.from(JSON.stringify(link)).toString('base64url');
      return `${LINK_PATH}?link=${body}.${sign(body).toString('base64url')}`;
    },
    read: (may, text) => {
      const [body = '', signature = ''] = text.split('.');
      const link = isSigned(body, signature) ? linkSchema.safeParse(parseJson(body)).data : undefined;
      if (!link || link.may !== may || link.until <= now()) throw new InvalidLinkError();
      return link as LinkFor<typeof may>;
    },
  };
}

function deriveLinkKey(secret: string | undefined): Buffer {
  return secret === undefined
    ? randomBytes(32)
    : Buffer.from(hkdfSync('sha256', secret, '', 'trainyard links', 32));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** Sources of links: the object store where it can presign URLs, else signed links of this server. */
export interface LinkDeps {
  readonly objects: Pick<ObjectStore, 'presignGet' | 'presignPut'>;
  readonly links: Links;
}

/** A page stays open for less than an hour, and a leaked link is of use for no longer. */
const READ_SECONDS = 3_600;
const UPLOAD_SECONDS = 900;

function toExpiry(seconds: number): number {
  return Date.now() + seconds * 1_000;
}

/**
 * Creates a link to an object, valid for 1 h. With a file name it is a download. @returns the URL and its expiry, epoch ms
 */
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

/**
 * Creates a link for the upload of the planned type and size, valid for 15 min. @returns the URL and its expiry, epoch ms
 */
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

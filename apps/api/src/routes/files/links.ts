import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

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

/** What the bearer of a link may do, and until when (epoch ms). */
export type Link = z.infer<typeof linkSchema>;
export type LinkFor<May extends Link['may']> = Extract<Link, { may: May }>;

/** Thrown when a link was not given out by us, or its time is over. */
export class InvalidLinkError extends Error {
  readonly code = 'invalid_link';
  constructor() {
    super('This link was not given out here, or its time is over');
    this.name = 'InvalidLinkError';
  }
}

/** Writes links that prove themselves, for stores that cannot presign. */
export interface Links {
  /** The path and query that the link is, without a host. */
  write(link: Link): string;
  /** Throws InvalidLinkError. */
  read<May extends Link['may']>(may: May, text: string): LinkFor<May>;
}

export const LINK_PATH = '/api/files';

/** @param secret of the webhooks, so that all processes take each other's links; without it only this one does */
export function createLinks(secret: string | undefined, now: () => number = Date.now): Links {
  const key = deriveLinkKey(secret);
  const sign = (body: string): Buffer => createHmac('sha256', key).update(body).digest();
  const isSigned = (body: string, signature: string): boolean => {
    const [given, wanted] = [Buffer.from(signature, 'base64url'), sign(body)];
    return given.length === wanted.length && timingSafeEqual(given, wanted);
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

import { CREDENTIALS, type FuzzServer } from './server.ts';

/** An object out of an answer. */
export type Json = Readonly<Record<string, unknown>>;

/** A call of the server with the full key, for what the cases need. */
export type ApiCaller = (method: string, path: string, body?: unknown) => Promise<Json>;

/** Throws when the answer is no success: then the cases would not reach what they are meant to. */
export function createApiCaller({ url }: Pick<FuzzServer, 'url'>): ApiCaller {
  return async (method, path, body) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...CREDENTIALS.full, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Json;
  };
}

import { setTimeout as sleep } from 'node:timers/promises';

/** An answer of the API. */
interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API as callers have it: once, or until it answers. */
export interface PublicApi {
  readonly url: string;
  /** Undefined when no answer came. */
  once(call: ApiCall): Promise<ApiAnswer | undefined>;
  /** Asks again until an answer comes that is neither 429 nor 5xx. */
  insist(call: ApiCall): Promise<ApiAnswer>;
}

/** Longer than the API's own patience with Redis, so that an answer given up is rare. Real ms. */
const PATIENCE_MS = 8_000;
const AGAIN_AFTER_MS = 100;

const wait = (): Promise<void> => sleep(AGAIN_AFTER_MS);
const isFinal = ({ status }: ApiAnswer): boolean => status < 500 && status !== 429;

export const createPublicApi = (url: string): PublicApi => {
  const once = async ({ method, path, body, headers }: ApiCall): Promise<ApiAnswer | undefined> => {
    try {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return { status: answer.status, body: (await answer.json()) as ApiAnswer['body'] };
    } catch {
      return undefined;
    }
  };
  const insist = async (call: ApiCall): Promise<ApiAnswer> => {
    for (;;) {
      const answer = await once(call);
      if (answer && isFinal(answer)) return answer;
      await wait();
    }
  };
  return { url, once, insist };
};

import { setTimeout as sleep } from 'node:timers/promises';

/** An answer of the API. */
interface ApiResponse {
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
export interface ApiClient {
  readonly url: string;
  /** Undefined when no answer came. */
  callOnce(call: ApiCall): Promise<ApiResponse | undefined>;
  /** Asks again until an answer comes that is neither 429 nor 5xx. */
  callUntilAnswered(call: ApiCall): Promise<ApiResponse>;
}

/** Longer than the API's own patience with Redis, so that an answer given up is rare. Real ms. */
const TIMEOUT_MS = 8_000;
const RETRY_DELAY_MS = 100;

export function createApiClient(url: string): ApiClient {
  const callOnce = async ({ method, path, body, headers }: ApiCall): Promise<ApiResponse | undefined> => {
    try {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { status: answer.status, body: (await answer.json()) as ApiResponse['body'] };
    } catch {
      return undefined;
    }
  };
  const callUntilAnswered = async (call: ApiCall): Promise<ApiResponse> => {
    for (;;) {
      const answer = await callOnce(call);
      if (answer && isFinal(answer)) return answer;
      await waitBeforeRetry();
    }
  };
  return { url, callOnce, callUntilAnswered };
}

function waitBeforeRetry(): Promise<void> {
  return sleep(RETRY_DELAY_MS);
}
function isFinal({ status }: ApiResponse): boolean {
  return status < 500 && status !== 429;
}

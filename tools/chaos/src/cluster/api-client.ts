import { setTimeout as sleep } from 'node:timers/promises';

/** A response of the API with its parsed JSON body. */
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

/** Client of the API in the role of a caller. */
export interface ApiClient {
  readonly url: string;
  /** Sends a request once. Returns undefined when no response arrives within 8 s. */
  callOnce(call: ApiCall): Promise<ApiResponse | undefined>;
  /** Repeats a request every 100 ms until a response is neither 429 nor 5xx. */
  callUntilAnswered(call: ApiCall): Promise<ApiResponse>;
}

/** Longer than the Redis timeout of the API, so that an abandoned response is rare. Real ms. */
const TIMEOUT_MS = 8_000;
const RETRY_DELAY_MS = 100;

/** Creates a client of the API at the base URL, without an API key. */
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

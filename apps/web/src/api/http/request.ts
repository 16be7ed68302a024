import { ProblemError, readProblem, readProblemError, UnreachableError } from './problem.ts';

/** Options of a request to the API. */
export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Value that is sent as JSON. */
  readonly body?: unknown;
  /** Key under which the server creates at most one training; one per opening of a form. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

type UnauthorizedListener = () => void;
const unauthorizedListeners = new Set<UnauthorizedListener>();

/** Calls a listener after each answer 401. @returns a function that removes it */
export function onUnauthorized(listener: UnauthorizedListener): () => void {
  unauthorizedListeners.add(listener);
  return () => unauthorizedListeners.delete(listener);
}

/**
 * Sends a request to the API of this origin and returns the parsed JSON; undefined for an empty answer. Throws ProblemError
 * for a refusal and UnreachableError without an answer.
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options);
  if (response.status === 401) for (const listener of unauthorizedListeners) listener();
  if (!response.ok) throw await readProblemError(response);
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ProblemError(await readProblem(response));
  }
}

async function send(path: string, { method = 'GET', body, idempotencyKey, signal }: RequestOptions) {
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new UnreachableError(error);
  }
}

/** Builds a path with query parameters; parameters without a value are left out. */
export function toPath(
  path: string,
  query: Readonly<Record<string, string | number | boolean | null | undefined>>,
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

import { problemSchema } from '@trainyard/contracts';
import { z } from 'zod';
import { RefusedError, StrangeAnswerError, UnreachableError } from './errors.ts';

export interface ServerOptions {
  readonly url: string;
  readonly apiKey?: string;
}

/** A question to the server. */
export interface Question {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

/** The HTTP API, each answer checked against its contract. */
export interface Server {
  readonly url: string;
  /** Throws UnreachableError, RefusedError or StrangeAnswerError. */
  ask<S extends z.ZodType>(path: string, schema: S, question?: Question): Promise<z.output<S>>;
}

/** Above what the server takes for any answer. */
const PATIENCE_MS = 60_000;

const urlOf = (base: string, path: string, query: Question['query'] = {}): URL => {
  const url = new URL(`${base}${path}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
};

const headersOf = ({ apiKey }: ServerOptions, question: Question): Record<string, string> => ({
  accept: 'application/json',
  ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  ...(question.body !== undefined && { 'content-type': 'application/json' }),
  ...(question.idempotencyKey !== undefined && { 'idempotency-key': question.idempotencyKey }),
});

const send = async (options: ServerOptions, path: string, question: Question): Promise<Response> => {
  try {
    return await fetch(urlOf(options.url, path, question.query), {
      method: question.method ?? 'GET',
      headers: headersOf(options, question),
      ...(question.body !== undefined && { body: JSON.stringify(question.body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (error) {
    throw new UnreachableError(options.url, error);
  }
};

const jsonOf = async (response: Response, path: string): Promise<unknown> => {
  try {
    return await response.json();
  } catch {
    throw new StrangeAnswerError(path, `${response.status} without JSON`);
  }
};

/** The server at an address. */
export const createServer = (options: ServerOptions): Server => ({
  url: options.url,
  ask: async (path, schema, question = {}) => {
    const response = await send(options, path, question);
    const json = await jsonOf(response, path);
    if (!response.ok) {
      const problem = problemSchema.safeParse(json);
      if (problem.success) throw new RefusedError(problem.data);
      throw new StrangeAnswerError(path, `${response.status} without a problem`);
    }
    const read = schema.safeParse(json);
    if (read.success) return read.data;
    throw new StrangeAnswerError(path, z.prettifyError(read.error).replaceAll('\n', ' '));
  },
});

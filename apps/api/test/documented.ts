import type { LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';

type JsonObject = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly headers?: JsonObject; readonly content?: JsonObject }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Headers whose presence depends on the operation. */
const CHECKED_HEADERS = [
  'location',
  'retry-after',
  'etag',
  'idempotency-replayed',
  'set-cookie',
  'www-authenticate',
];

/**
 * Expects that the OpenAPI document lists the response of its operation: the status, the code of a problem, and the headers.
 * All tests of the API check their responses by this, so that an error code that an operation returns but does not list
 * fails the test that produced it.
 */
export function expectDocumented(
  document: unknown,
  { method, url }: { readonly method: string; readonly url: string },
  response: LightMyRequestResponse,
): void {
  const operation = findOperation(document as Document, method, url);
  if (!operation || response.statusCode === 405) return;
  const name = `${operation.operationId} ${response.statusCode}`;
  const described = operation.responses[response.statusCode];
  expect(described, `${name} is not documented: ${response.body.slice(0, 300)}`).toBeDefined();
  const isProblem = String(response.headers['content-type']).startsWith('application/problem+json');
  if (isProblem) expect(listCodes(described?.content), name).toContain(response.json().code);
  const headers = Object.keys(described?.headers ?? {}).map((each) => each.toLowerCase());
  for (const header of CHECKED_HEADERS)
    if (response.headers[header] !== undefined) expect(headers, name).toContain(header);
}

/** The codes of a status, by which the examples of its problem are named. */
function listCodes(content: JsonObject | undefined): readonly string[] {
  const { examples = {} } = (content?.['application/problem+json'] ?? {}) as {
    readonly examples?: JsonObject;
  };
  return Object.keys(examples);
}

/** As in the router, a literal path hides a path with parameters. */
function findOperation({ paths }: Document, method: string, url: string): Operation | undefined {
  const path = url.replace(/\?.*$/s, '');
  const found = Object.entries(paths)
    .filter(([pattern]) => new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
    .toSorted(([a], [b]) => a.split('{').length - b.split('{').length);
  return found[0]?.[1][method.toLowerCase()];
}

import { isProblemCode } from '@trainyard/api';
import { findResponse, type Operation, type Schema } from './cases/openapi.ts';
import type { FuzzCase } from './cases/request.ts';
import type { HttpResponse } from './server/send.ts';

/** Schema validator and secrets against which responses are checked. */
export interface CheckContext {
  readonly validate: (schema: Schema, value: unknown) => string | undefined;
  readonly secrets: readonly string[];
}

const PROBLEM = 'application/problem+json';
/** Statuses of a request that was not validated, or not found valid. A 404 or 409 shows that its texts were used. */
const REFUSALS: readonly number[] = [400, 401, 413, 422];
const STACK = /\n\s+at [^\n]+:\d+:\d+|node_modules|\/apps\/api\/src\//;

/** Checks a response and returns its problems as text; empty for a correct response. */
export function checkResponse(
  operation: Operation,
  testCase: FuzzCase,
  answer: HttpResponse,
  context: CheckContext,
): readonly string[] {
  const text = `${answer.text}\n${JSON.stringify(answer.headers)}`;
  const own = testCase.method === operation.method && testCase.kind !== 'hostile';
  const failed = answer.status >= 500 ? [`has status ${answer.status}: ${answer.text.slice(0, 300)}`] : [];
  const passed = testCase.mustBeRefused && !REFUSALS.includes(answer.status);
  const accepted = passed ? [`takes a text that cannot be stored, with status ${answer.status}`] : [];
  const isProblem = answer.status >= 400 && testCase.method !== 'HEAD';
  return [
    ...failed,
    ...accepted,
    ...findLeaks(text, context.secrets),
    ...(isProblem ? checkProblem(answer) : []),
    ...(own
      ? [
          ...checkDocumented(operation, answer, context),
          ...checkAcceptance(operation, testCase, answer, context),
        ]
      : []),
  ];
}

function getContentType({ headers }: HttpResponse): string {
  return (headers['content-type'] ?? '').split(';')[0] ?? '';
}

function parseJson(text: string): { readonly json?: unknown } {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return {};
  }
}

/** Finds secrets, stack traces and source paths in a text. */
export function findLeaks(text: string, secrets: readonly string[]): readonly string[] {
  return [
    ...secrets
      .filter((secret) => text.includes(secret))
      .map((secret) => `contains a secret (${secret.slice(0, 16)}…)`),
    ...(STACK.test(text) ? ['contains a stack trace or a source path'] : []),
  ];
}

function checkProblem(answer: HttpResponse): readonly string[] {
  if (getContentType(answer) !== PROBLEM)
    return [`has status ${answer.status} and type «${getContentType(answer)}» instead of problem details`];
  const { code, type } = (parseJson(answer.text).json ?? {}) as {
    readonly code?: unknown;
    readonly type?: unknown;
  };
  if (!isProblemCode(code)) return [`has the unknown code «${String(code)}»`];
  return type === `urn:trainyard:problem:${code}`
    ? []
    : [`has a type that differs from its code: ${String(type)}`];
}

function checkDocumented(
  operation: Operation,
  answer: HttpResponse,
  { validate }: CheckContext,
): readonly string[] {
  const described = findResponse(operation, answer.status);
  if (!described) return [`has the undocumented status ${answer.status}`];
  const content = described.content ?? {};
  const type = getContentType(answer);
  if (Object.keys(content).length === 0) return answer.text === '' ? [] : ['has an undocumented body'];
  const media = content[type] ?? content[`${type.split('/')[0]}/*`] ?? content['*/*'];
  if (!media) return [`has the undocumented type «${type}» for status ${answer.status}`];
  if (!type.endsWith('json') || !media.schema) return [];
  const { json } = parseJson(answer.text);
  if (json === undefined) return ['has invalid JSON'];
  const wrong = validate(media.schema, json);
  return wrong === undefined ? [] : [`violates its schema: ${wrong}`];
}

/** Reports an accepted request whose body violates its schema. */
function checkAcceptance(
  operation: Operation,
  testCase: FuzzCase,
  answer: HttpResponse,
  { validate }: CheckContext,
): readonly string[] {
  const schema = operation.requestBody?.content['application/json']?.schema;
  // An empty body counts as absent, and a nullable body may be absent.
  if (!schema || !testCase.body?.length || answer.status >= 300) return [];
  const wrong = validate(schema, parseJson(testCase.body.toString()).json);
  return wrong === undefined ? [] : [`accepts a body that its schema forbids: ${wrong}`];
}

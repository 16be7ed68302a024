import { isProblemCode } from '@trainyard/api';
import { findResponse, type Operation, type Schema } from './cases/openapi.ts';
import type { FuzzCase } from './cases/request.ts';
import type { HttpResponse } from './server/send.ts';

/** What an answer is held against. */
export interface CheckContext {
  readonly validate: (schema: Schema, value: unknown) => string | undefined;
  readonly secrets: readonly string[];
}

const PROBLEM = 'application/problem+json';
const STACK = /\n\s+at [^\n]+:\d+:\d+|node_modules|\/apps\/api\/src\//;

/** Everything that is wrong with an answer, in words; empty when it is as it should be. */
export function checkResponse(
  operation: Operation,
  testCase: FuzzCase,
  answer: HttpResponse,
  context: CheckContext,
): readonly string[] {
  const text = `${answer.text}\n${JSON.stringify(answer.headers)}`;
  const own = testCase.method === operation.method && testCase.kind !== 'hostile';
  const failed = answer.status >= 500 ? [`answers ${answer.status}: ${answer.text.slice(0, 300)}`] : [];
  const isProblem = answer.status >= 400 && testCase.method !== 'HEAD';
  return [
    ...failed,
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

/** Secrets and insides in a text. */
export function findLeaks(text: string, secrets: readonly string[]): readonly string[] {
  return [
    ...secrets
      .filter((secret) => text.includes(secret))
      .map((secret) => `tells a secret (${secret.slice(0, 16)}…)`),
    ...(STACK.test(text) ? ['tells of its insides'] : []),
  ];
}

function checkProblem(answer: HttpResponse): readonly string[] {
  if (getContentType(answer) !== PROBLEM)
    return [`answers ${answer.status} as «${getContentType(answer)}» instead of a problem`];
  const { code, type } = (parseJson(answer.text).json ?? {}) as {
    readonly code?: unknown;
    readonly type?: unknown;
  };
  if (!isProblemCode(code)) return [`has the unknown code «${String(code)}»`];
  return type === `urn:trainyard:problem:${code}` ? [] : [`has a type that is not its code: ${String(type)}`];
}

function checkDocumented(
  operation: Operation,
  answer: HttpResponse,
  { validate }: CheckContext,
): readonly string[] {
  const described = findResponse(operation, answer.status);
  if (!described) return [`answers ${answer.status}, which is not documented`];
  const content = described.content ?? {};
  const type = getContentType(answer);
  if (Object.keys(content).length === 0)
    return answer.text === '' ? [] : ['has a body that is not documented'];
  const media = content[type] ?? content['*/*'];
  if (!media) return [`answers ${answer.status} as «${type}», which is not documented`];
  if (!type.endsWith('json') || !media.schema) return [];
  const { json } = parseJson(answer.text);
  if (json === undefined) return ['answers JSON that is none'];
  const wrong = validate(media.schema, json);
  return wrong === undefined ? [] : [`breaks its schema: ${wrong}`];
}

/** A body that the document forbids must not be taken. */
function checkAcceptance(
  operation: Operation,
  testCase: FuzzCase,
  answer: HttpResponse,
  { validate }: CheckContext,
): readonly string[] {
  const schema = operation.requestBody?.content['application/json']?.schema;
  // An empty body is none, and none may be left out where the schema says null.
  if (!schema || !testCase.body?.length || answer.status >= 300) return [];
  const wrong = validate(schema, parseJson(testCase.body.toString()).json);
  return wrong === undefined ? [] : [`takes what its schema forbids: ${wrong}`];
}

import { isProblemCode } from '@trainyard/api';
import type { FuzzCase } from '../cases/request.ts';
import { type Operation, responseOf, type Schema } from '../document/operations.ts';
import type { Answer } from '../play/send.ts';

/** What an answer is held against. */
export interface Bench {
  readonly judge: (schema: Schema, value: unknown) => string | undefined;
  readonly secrets: readonly string[];
}

const PROBLEM = 'application/problem+json';
const STACK = /\n\s+at [^\n]+:\d+:\d+|node_modules|\/apps\/api\/src\//;

const typeOf = ({ headers }: Answer): string => (headers['content-type'] ?? '').split(';')[0] ?? '';

const parsed = (text: string): { readonly json?: unknown } => {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return {};
  }
};

/** Secrets and insides in a text. */
export const leaksIn = (text: string, secrets: readonly string[]): readonly string[] => [
  ...secrets
    .filter((secret) => text.includes(secret))
    .map((secret) => `tells a secret (${secret.slice(0, 16)}…)`),
  ...(STACK.test(text) ? ['tells of its insides'] : []),
];

const problemFaults = (answer: Answer): readonly string[] => {
  if (typeOf(answer) !== PROBLEM)
    return [`answers ${answer.status} as «${typeOf(answer)}» instead of a problem`];
  const { code, type } = (parsed(answer.text).json ?? {}) as {
    readonly code?: unknown;
    readonly type?: unknown;
  };
  if (!isProblemCode(code)) return [`has the unknown code «${String(code)}»`];
  return type === `urn:trainyard:problem:${code}` ? [] : [`has a type that is not its code: ${String(type)}`];
};

const documentFaults = (operation: Operation, answer: Answer, { judge }: Bench): readonly string[] => {
  const described = responseOf(operation, answer.status);
  if (!described) return [`answers ${answer.status}, which is not documented`];
  const content = described.content ?? {};
  const type = typeOf(answer);
  if (Object.keys(content).length === 0)
    return answer.text === '' ? [] : ['has a body that is not documented'];
  const media = content[type] ?? content['*/*'];
  if (!media) return [`answers ${answer.status} as «${type}», which is not documented`];
  if (!type.endsWith('json') || !media.schema) return [];
  const { json } = parsed(answer.text);
  if (json === undefined) return ['answers JSON that is none'];
  const wrong = judge(media.schema, json);
  return wrong === undefined ? [] : [`breaks its schema: ${wrong}`];
};

/** A body that the document forbids must not be taken. */
const acceptanceFaults = (
  operation: Operation,
  made: FuzzCase,
  answer: Answer,
  { judge }: Bench,
): readonly string[] => {
  const schema = operation.requestBody?.content['application/json']?.schema;
  // An empty body is none, and none may be left out where the schema says null.
  if (!schema || !made.body?.length || answer.status >= 300) return [];
  const wrong = judge(schema, parsed(made.body.toString()).json);
  return wrong === undefined ? [] : [`takes what its schema forbids: ${wrong}`];
};

/** Everything that is wrong with an answer, in words; empty when it is as it should be. */
export const faultsOf = (
  operation: Operation,
  made: FuzzCase,
  answer: Answer,
  bench: Bench,
): readonly string[] => {
  const told = `${answer.text}\n${JSON.stringify(answer.headers)}`;
  const own = made.method === operation.method && made.manner !== 'hostile';
  const failed = answer.status >= 500 ? [`answers ${answer.status}: ${answer.text.slice(0, 300)}`] : [];
  const isProblem = answer.status >= 400 && made.method !== 'HEAD';
  return [
    ...failed,
    ...leaksIn(told, bench.secrets),
    ...(isProblem ? problemFaults(answer) : []),
    ...(own
      ? [...documentFaults(operation, answer, bench), ...acceptanceFaults(operation, made, answer, bench)]
      : []),
  ];
};

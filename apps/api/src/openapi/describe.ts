import { type HeaderName, referHeaders } from './components/headers.ts';
import { isObject, type JsonObject } from './components/tidy.ts';
import type { OperationDescription } from './operation.ts';
import type { RouteTraits } from './problems.ts';

/** Completes the description of a request: scope, parameters with values, and an example of the body. */
export function describeRequest(
  described: JsonObject,
  { description, request = {} }: OperationDescription,
  { access }: RouteTraits,
): JsonObject {
  const { parameters, requestBody } = described as {
    readonly parameters?: readonly JsonObject[];
    readonly requestBody?: JsonObject;
  };
  return {
    ...described,
    description: `${description}\n\n${SCOPE_TEXTS[access]}`,
    security: toSecurity(access),
    ...(parameters && { parameters: parameters.map((each) => addParameterExample(each, request)) }),
    ...(requestBody && { requestBody: describeBody(requestBody, request.body) }),
  };
}

const SCOPE_TEXTS: Readonly<Record<RouteTraits['access'], string>> = {
  public: 'Needs no API key.',
  read: 'Needs a key with the scope `read`.',
  write: 'Needs a key with the scope `write`.',
  admin: 'Needs a key with the scope `admin`.',
};

function toSecurity(access: RouteTraits['access']) {
  return access === 'public' ? [] : [{ bearer: [access] }, { apiKey: [access] }, { session: [access] }];
}

/** A parameter is described outside of its schema, where every tool looks for it. */
function addParameterExample(
  parameter: JsonObject,
  { params, query }: NonNullable<OperationDescription['request']>,
) {
  const name = String(parameter['name']);
  const values = parameter['in'] === 'path' ? params : parameter['in'] === 'query' ? query : HEADER_VALUES;
  const example = values?.[name];
  return { ...parameter, ...(example !== undefined && { example }) };
}

const HEADER_VALUES: Readonly<Record<string, string>> = {
  'idempotency-key': '0019-V7-2026-11-23',
  'last-event-id': '1763889600000-0',
};

/** A body that may be null may be absent. */
function describeBody(body: JsonObject, example: unknown): JsonObject {
  const content = Object.entries((body['content'] ?? {}) as JsonObject);
  return {
    ...body,
    required: !content.some(([, media]) => isNullable((media as JsonObject)['schema'])),
    content: Object.fromEntries(
      content.map(([type, media]) => [type, addExample(media as JsonObject, example)]),
    ),
  };
}

function isNullable(schema: unknown): boolean {
  if (!isObject(schema)) return false;
  const { anyOf } = schema;
  return Array.isArray(anyOf) && anyOf.some((each) => isObject(each) && each['type'] === 'null');
}

function addExample(media: JsonObject, example: unknown): JsonObject {
  return { ...media, ...(example !== undefined && { example }) };
}

/** Describes the responses that are no errors. */
export function describeAnswers(
  described: JsonObject,
  { answers }: OperationDescription,
  { idempotency }: RouteTraits,
): JsonObject {
  const responses = (described['responses'] ?? {}) as Readonly<Record<string, JsonObject>>;
  const replayed: readonly HeaderName[] = idempotency === undefined ? [] : ['Idempotency-Replayed'];
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, example, headers = [] }]) => {
      const { content, ...rest } = responses[status] ?? {};
      const media = Object.entries((content ?? {}) as Readonly<Record<string, JsonObject>>);
      const shown = Object.fromEntries(media.map(([type, each]) => [type, addExample(each, example)]));
      const names = ['X-Request-Id', ...replayed, ...headers] as const;
      return [
        status,
        { ...rest, description, headers: referHeaders(names), ...(media.length > 0 && { content: shown }) },
      ];
    }),
  );
}

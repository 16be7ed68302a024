type JsonObject = Readonly<Record<string, unknown>>;

/** Fields of an operation that change nothing for a program that sends its requests itself. */
const DESCRIPTIVE = ['operationId', 'security', 'summary', 'description', 'tags'];
const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete']);

/**
 * Reduces a document to the requests and responses that programs exchange: references are resolved, so that a schema may
 * become a component, and all errors of an operation are one, so that a class of statuses may become a list of them.
 */
export function simplifyDocument(document: unknown): unknown {
  const { paths = {} } = resolveReferences(document, document) as { readonly paths?: JsonObject };
  return { paths: mapValues(paths, (methods) => mapValues(methods as JsonObject, simplifyOperation)) };
}

function simplifyOperation(operation: unknown, method: string): unknown {
  if (!METHODS.has(method)) return operation;
  const { responses = {}, requestBody, ...rest } = operation as JsonObject;
  const kept = Object.entries(rest).filter(([name]) => !DESCRIPTIVE.includes(name));
  return {
    ...Object.fromEntries(kept),
    // A body that may be null may be absent, whether or not the document says so.
    ...(requestBody !== undefined && { requestBody: omit(requestBody as JsonObject, ['required']) }),
    responses: simplifyResponses(responses as JsonObject),
  };
}

/** Keeps the responses that are no errors, and the form of the first error without its codes. */
function simplifyResponses(responses: JsonObject): JsonObject {
  const entries = Object.entries(responses);
  const [error] = entries
    .filter(([status]) => /^[45]/.test(status))
    .map(([, each]) => findProblemFields(each));
  const answers = entries.filter(([status]) => /^[123]/.test(status));
  const bodies = answers.map(([status, each]) => [status, omit(each as JsonObject, ['headers'])] as const);
  return { ...Object.fromEntries(bodies), ...(error ? { error } : {}) };
}

function findProblemFields(response: unknown): unknown {
  const { content } = response as {
    readonly content?: Readonly<Record<string, { readonly schema?: JsonObject }>>;
  };
  const schema = content?.['application/problem+json']?.schema;
  const [base = schema] = (schema?.['allOf'] ?? []) as readonly (JsonObject | undefined)[];
  return base && omit((base['properties'] ?? {}) as JsonObject, ['code']);
}

function resolveReferences(value: unknown, document: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => resolveReferences(each, document));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref: reference, ...rest } = value as JsonObject;
  if (typeof reference !== 'string') return mapValues(rest, (each) => resolveReferences(each, document));
  const names = reference.split('/').slice(1);
  const found = names.reduce<unknown>((part, name) => (part as JsonObject)[name], document);
  return { ...(resolveReferences(found, document) as JsonObject), ...rest };
}

function mapValues(object: JsonObject, change: (value: unknown, name: string) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));
}

function omit(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

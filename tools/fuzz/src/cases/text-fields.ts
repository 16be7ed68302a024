import fc from 'fast-check';
import type { Operation, Schema } from './openapi.ts';
import type { FuzzCase } from './request.ts';
import { generateValues, type KnownValues } from './values.ts';

/** Texts that Redis scripts, S3 or files refuse or change. No field accepts them. */
const UNSTORABLE = ['a\ud800', '\udc00a', 'a\u0000b', '\u001b[31m', 'a\u007f', 'a\u0085', 'a\r\nb'];
/** Values of every type and length. */
const OTHER_VALUES: readonly unknown[] = [
  ...['x'.repeat(70_000), '', ' ', '\u202e', 'é\u0301🦊'.repeat(50), '15', 'true', '../x'],
  ...[7, -1, 1.5, 1e308, true, null, [], {}, ['a'], [null], { a: { b: [] } }],
];
const ENCODED = ['%00', 'a%00b', '%1b', '%C2%85', '%ED%A0%80', '%ff', 'x'.repeat(9_000)];

/** The API takes any body of a webhook; these are the fields that RunPod sends. */
const WEBHOOK_BODY: Schema = {
  type: 'object',
  required: ['id', 'status'],
  properties: {
    id: { type: 'string' },
    status: { type: 'string', enum: ['completed', 'failed', 'cancelled'].map((each) => each.toUpperCase()) },
    output: { type: 'object', properties: { loraUrl: { type: 'string' }, error: {}, message: {} } },
    error: { type: 'string' },
    executionTime: {},
    delayTime: {},
  },
};

/** Headers, existing values and amount of the cases. */
export interface TextCaseInputs {
  readonly known: KnownValues;
  readonly headers: Readonly<Record<string, string>>;
  /** Complete queries of the route that are valid only unchanged, such as those of webhooks. */
  readonly queries: readonly string[];
  readonly seed: number;
  /** Values for each field; all by default. */
  readonly valuesPerField?: number | undefined;
}

/**
 * Generates cases for every text field of a route, found by its schema: an otherwise valid request with a lone surrogate, a
 * control character, an extreme length or a different type in this field. A new field needs no change here.
 */
export function generateTextCases(operation: Operation, inputs: TextCaseInputs): readonly FuzzCase[] {
  return [...listBodyCases(operation, inputs), ...listParameterCases(operation, inputs)];
}

/** A field of a schema, and the valid values in which it holds a given value. */
interface Place {
  readonly build: (value: unknown) => fc.Arbitrary<unknown>;
}

function listBodyCases(operation: Operation, inputs: TextCaseInputs): readonly FuzzCase[] {
  const isWebhook = operation.tags?.includes('webhooks') ?? false;
  const described = operation.requestBody?.content['application/json']?.schema;
  const schema = isWebhook ? WEBHOOK_BODY : described;
  if (!schema) return [];
  return listPlaces(schema, { known: inputs.known, field: '' }).flatMap(({ build }, at) =>
    selectValues(inputs, at).map((value): FuzzCase => {
      const [body] = fc.sample(build(value), { numRuns: 1, seed: inputs.seed + at });
      return {
        kind: 'text',
        method: operation.method,
        target: `${fillPath(operation, inputs)}${inputs.queries[at % inputs.queries.length] ?? ''}`,
        headers: { 'content-type': 'application/json', ...inputs.headers },
        body: Buffer.from(JSON.stringify(body) ?? ''),
        ...(!isWebhook && isUnstorable(value) && { mustBeRefused: true }),
      };
    }),
  );
}

function isUnstorable(value: unknown): boolean {
  return typeof value === 'string' && UNSTORABLE.includes(value);
}

/** All values, or for a sample an unstorable text and others, rotated by seed and field. */
function selectValues({ seed, valuesPerField }: TextCaseInputs, at: number): readonly unknown[] {
  if (valuesPerField === undefined) return [...UNSTORABLE, ...OTHER_VALUES];
  const rest = Array.from({ length: valuesPerField - 1 }, (_, n) =>
    OTHER_VALUES.at((seed + at * 3 + n) % OTHER_VALUES.length),
  );
  return [UNSTORABLE[(seed + at) % UNSTORABLE.length], ...rest];
}

interface Context {
  readonly known: KnownValues;
  readonly field: string;
}

function listPlaces(schema: Schema, context: Context): readonly Place[] {
  const options = (schema['anyOf'] ?? schema['oneOf']) as readonly Schema[] | undefined;
  if (options) return options.flatMap((each) => listPlaces(each, context));
  if (schema['type'] === 'object') return listObjectPlaces(schema, context);
  if (schema['type'] === 'array') {
    const items = (schema['items'] ?? {}) as Schema;
    return listPlaces(items, context).map(({ build }) => ({ build: (value) => fc.tuple(build(value)) }));
  }
  const isText = schema['type'] === 'string' || schema['type'] === undefined;
  return isText ? [{ build: (value) => fc.constant(value) }] : [];
}

function listObjectPlaces(schema: Schema, context: Context): readonly Place[] {
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>);
  const base = generateValues({ ...schema, additionalProperties: false }, context);
  const put = (field: string, { build }: Place): Place => ({
    build: (value) =>
      fc.tuple(base, build(value)).map(([found, inner]) => ({ ...(found as object), [field]: inner })),
  });
  const inside = properties.flatMap(([field, each]) =>
    listPlaces(each, { ...context, field }).map((place) => put(field, place)),
  );
  const more = schema['additionalProperties'];
  if (typeof more !== 'object' || more === null) return inside;
  const named: Place = {
    build: (value) => base.map((found) => ({ ...(found as object), [String(value)]: 'a' })),
  };
  return [...inside, named, ...listPlaces(more as Schema, context).map((place) => put('a', place))];
}

/** Fills every path parameter with an existing or generated value. */
function fillPath(
  { path, parameters = [] }: Operation,
  inputs: TextCaseInputs,
  own?: [string, string],
): string {
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    if (own?.[0] === name) return own[1];
    const before = path.split(`/{${name}}`)[0] ?? '';
    const field = `${before.slice(before.lastIndexOf('/') + 1)}/${name}`;
    const schema = parameters.find((each) => each.name === name)?.schema ?? {};
    const [value] = fc.sample(generateValues(schema, { known: inputs.known, field }), {
      numRuns: 1,
      seed: inputs.seed,
    });
    return encodeURIComponent(String(value).toWellFormed());
  });
}

function listParameterCases(operation: Operation, inputs: TextCaseInputs): readonly FuzzCase[] {
  const places = (operation.parameters ?? []).filter((each) => each.in === 'path' || each.in === 'query');
  return places.flatMap(({ name, in: location }, at) => {
    const all = inputs.valuesPerField === undefined;
    const values = all ? ENCODED : [ENCODED[(inputs.seed + at) % ENCODED.length] ?? ''];
    return values.map((value): FuzzCase => {
      const path = fillPath(operation, inputs, location === 'path' ? [name, value] : undefined);
      const target = location === 'query' ? `${path}?${name}=${value}` : path;
      return { kind: 'text', method: operation.method, target, headers: inputs.headers };
    });
  });
}

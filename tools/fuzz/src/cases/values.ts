import fc from 'fast-check';
import type { Schema } from './openapi.ts';

/** Returns values that exist on the server, such as ids, by the name of their field. */
export type KnownValues = (field: string) => readonly unknown[];

interface Context {
  readonly known: KnownValues;
  readonly field: string;
  readonly depth: number;
}

const MAX_DEPTH = 6;
/** Longer arrays and strings occur only in hostile cases. */
const MAX_ITEMS = 6;
const MAX_LENGTH = 40;
const INTEGER_LIMIT = 2 ** 53;
const LOOKAHEAD = /\(\?![^)]*\)/g;

/** Generates values that the schema allows; six of seven are known values of the field, if it has any. */
export function generateValues(
  schema: Schema,
  from: Omit<Context, 'depth'> & { depth?: number },
): fc.Arbitrary<unknown> {
  const depth = (from.depth ?? 0) + 1;
  if (depth > MAX_DEPTH) return fc.constant(null);
  const any = generateForSchema(schema, { ...from, depth });
  const known = from.known(from.field);
  const fits = schema['type'] !== 'array' && known.length > 0;
  if (!fits) return any;
  return fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: any });
}

function toNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
function toSchemas(value: unknown): readonly Schema[] | undefined {
  return Array.isArray(value) ? (value as readonly Schema[]) : undefined;
}

function integers(schema: Schema): fc.Arbitrary<unknown> {
  const least = toNumber(schema['minimum']) ?? (toNumber(schema['exclusiveMinimum']) ?? -1_001) + 1;
  const most = toNumber(schema['maximum']) ?? (toNumber(schema['exclusiveMaximum']) ?? 1_000_001) - 1;
  const [min, max] = [Math.ceil(Math.max(least, -INTEGER_LIMIT)), Math.floor(Math.min(most, INTEGER_LIMIT))];
  const near = Math.min(max, min + 20);
  return fc.oneof(fc.integer({ min, max: near }), fc.constantFrom(min, max));
}

function numbers(schema: Schema): fc.Arbitrary<unknown> {
  const min = toNumber(schema['minimum']) ?? toNumber(schema['exclusiveMinimum']) ?? 0;
  const max = toNumber(schema['maximum']) ?? toNumber(schema['exclusiveMaximum']) ?? min + 1_000;
  const minExcluded = 'exclusiveMinimum' in schema;
  const maxExcluded = 'exclusiveMaximum' in schema;
  return fc.double({ min, max, noNaN: true, minExcluded, maxExcluded });
}

const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  uri: fc.webUrl(),
  uuid: fc.uuid(),
  email: fc.emailAddress(),
  'date-time': fc.integer({ min: 0, max: 4_102_444_800_000 }).map((ms) => new Date(ms).toISOString()),
};

/** fast-check cannot generate lookaheads, so that they filter the generated strings instead. */
function matching(pattern: string, { minLength, maxLength }: { minLength: number; maxLength: number }) {
  const whole = new RegExp(pattern, 'u');
  const generated = fc.stringMatching(new RegExp(pattern.replace(LOOKAHEAD, ''), 'u'));
  const isValid = (text: string) => whole.test(text) && text.length >= minLength && text.length <= maxLength;
  return generated.filter(isValid);
}

function strings(schema: Schema): fc.Arbitrary<unknown> {
  const { pattern, format } = schema;
  const byFormat = typeof format === 'string' ? FORMATS[format] : undefined;
  if (byFormat) return byFormat;
  const minLength = toNumber(schema['minLength']) ?? 0;
  const maxLength = toNumber(schema['maxLength']) ?? MAX_LENGTH;
  if (typeof pattern === 'string') return matching(pattern, { minLength, maxLength });
  const longest = fc.string({ minLength: maxLength, maxLength });
  const usual = fc.string({
    minLength,
    maxLength: Math.min(maxLength, minLength + MAX_LENGTH),
    unit: 'binary',
  });
  const plain = fc.string({ minLength, maxLength: Math.min(maxLength, minLength + MAX_LENGTH) });
  return fc.oneof({ weight: 3, arbitrary: plain }, usual, ...(maxLength <= 4_096 ? [longest] : []));
}

function arrays(schema: Schema, context: Context): fc.Arbitrary<unknown> {
  const fixed = toSchemas(schema['prefixItems']);
  if (fixed) return fc.tuple(...fixed.map((each) => generateValues(each, context)));
  const minLength = toNumber(schema['minItems']) ?? 0;
  const maxLength = Math.min(toNumber(schema['maxItems']) ?? MAX_ITEMS, minLength + MAX_ITEMS);
  const items = (schema['items'] ?? {}) as Schema;
  return fc.array(generateValues(items, context), { minLength, maxLength });
}

/** Generates mostly objects with at most two optional fields, because the API rejects most combinations of all fields. */
function records(inside: Readonly<Record<string, fc.Arbitrary<unknown>>>, required: readonly string[]) {
  const optional = Object.keys(inside).filter((field) => !required.includes(field));
  const some = fc.subarray(optional, { maxLength: Math.min(2, optional.length) });
  const few = some.chain((chosen) => {
    const fields = [...required, ...chosen].flatMap((field) =>
      inside[field] ? [[field, inside[field]] as const] : [],
    );
    return fc.record(Object.fromEntries(fields), { noNullPrototype: true });
  });
  const many = fc.record({ ...inside }, { requiredKeys: [...required], noNullPrototype: true });
  return fc.oneof({ weight: 3, arbitrary: few as fc.Arbitrary<unknown> }, many);
}

function objects(schema: Schema, context: Context): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>);
  const inside = properties.map(
    ([field, each]) => [field, generateValues(each, { ...context, field })] as const,
  );
  const more = schema['additionalProperties'];
  if (typeof more !== 'object' || more === null || properties.length > 0)
    return records(Object.fromEntries(inside), (schema['required'] ?? []) as readonly string[]);
  const keys = (schema['propertyNames'] ?? { type: 'string', maxLength: 12 }) as Schema;
  return fc.dictionary(
    generateValues(keys, { ...context, field: '' }) as fc.Arbitrary<string>,
    generateValues(more as Schema, context),
    {
      maxKeys: MAX_ITEMS,
      noNullPrototype: true,
    },
  );
}

function generateForType(type: unknown, schema: Schema, context: Context): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return strings(schema);
    case 'integer':
      return integers(schema);
    case 'number':
      return numbers(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return arrays(schema, context);
    case 'object':
      return objects(schema, context);
    default:
      return fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>;
  }
}

function generateForSchema(schema: Schema, context: Context): fc.Arbitrary<unknown> {
  if (schema['const'] !== undefined) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const options = toSchemas(schema['anyOf']) ?? toSchemas(schema['oneOf']);
  if (options) return fc.oneof(...options.map((each) => generateValues(each, context)));
  const all = toSchemas(schema['allOf']);
  if (all)
    return fc
      .tuple(...all.map((each) => generateValues(each, context)))
      .map((parts) => Object.assign({}, ...parts));
  const types = Array.isArray(schema['type']) ? schema['type'] : [schema['type']];
  return fc.oneof(...types.map((type) => generateForType(type, schema, context)));
}

import fc from 'fast-check';
import {
  hostileJson,
  hostileQueryValues,
  hostileSegments,
  malformedBodies,
  mutatedBodies,
} from './hostile-values.ts';
import type { Operation, Parameter, Schema } from './openapi.ts';
import type { CaseKind, FuzzCase } from './request.ts';
import { generateValues, type KnownValues } from './values.ts';

/** Inputs from which the cases of a route are generated. */
export interface CaseInputs {
  readonly known: KnownValues;
  /** Headers with the admin key, and headers without sufficient access. */
  readonly access: { readonly full: Headers; readonly others: readonly Headers[] };
  /** Complete queries that are valid only unchanged, such as signed queries. */
  readonly queries: readonly string[];
}

type Headers = Readonly<Record<string, string>>;
type Query = readonly (readonly [string, string])[];

/** The parts of a request; a mutated case changes one of them. */
interface RequestParts {
  readonly path: string;
  readonly query: string;
  readonly headers: FuzzCase['headers'];
  readonly text?: string | undefined;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'];
const WAIT_PARAMETER = /([?&])wait=[^&]*/;
const IDEMPOTENCY_KEYS = ['fuzz-key-1', 'fuzz-key-2', 'fuzz-key-3'];

/** Generates the cases of a route: half valid, the others mutated or hostile. The same seed and inputs give the same cases. */
export function generateCases(
  operation: Operation,
  inputs: CaseInputs,
  { seed, count }: { readonly seed: number; readonly count: number },
): readonly FuzzCase[] {
  const valid = generateValid(operation, inputs).map((parts) => createCase('valid', operation.method, parts));
  const any = fc.oneof(
    { weight: 5, arbitrary: valid },
    { weight: 4, arbitrary: generateMutated(operation, inputs) },
    { weight: 1, arbitrary: generateHostile(operation, inputs) },
  );
  return limitLongPolls(fc.sample(any, { numRuns: count, seed }));
}

function parametersIn({ parameters = [] }: Operation, location: Parameter['in']) {
  return parameters.filter((each) => each.in === location);
}

function getBodySchema({ requestBody }: Operation): Schema | undefined {
  return requestBody?.content['application/json']?.schema;
}

/** The field name of a path parameter contains the segment before it: `actors/id` for `/api/actors/{id}`. */
function toFieldName(path: string, name: string): string {
  const before = path.split(`/{${name}}`)[0] ?? '';
  return `${before.slice(before.lastIndexOf('/') + 1)}/${name}`;
}

function encodeValue(value: unknown): string {
  return encodeURIComponent(String(value).toWellFormed());
}

function generatePaths(operation: Operation, { known }: CaseInputs): fc.Arbitrary<string> {
  const parts = parametersIn(operation, 'path').map(({ name, schema = {} }) => {
    const field = toFieldName(operation.path, name);
    return generateValues(schema, { known, field }).map((value) => [name, encodeValue(value)] as const);
  });
  return fc
    .tuple(...parts)
    .map((found) =>
      found.reduce((path, [name, value]) => path.replace(`{${name}}`, () => value), operation.path),
    );
}

function toQueryString(query: Query): string {
  return query.length === 0
    ? ''
    : `?${query.map(([name, value]) => `${encodeValue(name)}=${value}`).join('&')}`;
}

function generateOptional(parameter: Parameter, values: fc.Arbitrary<string>): fc.Arbitrary<Query> {
  return fc
    .tuple(fc.nat(parameter.required ? 0 : 3), values)
    .map(([chance, value]) => (chance === 0 ? [[parameter.name, value] as const] : []));
}

function generateQueries(operation: Operation, { known, queries: whole }: CaseInputs): fc.Arbitrary<string> {
  const each = parametersIn(operation, 'query').map((parameter) => {
    const values = generateValues(parameter.schema ?? {}, { known, field: parameter.name }).map(encodeValue);
    return generateOptional(parameter, values);
  });
  const made = fc.tuple(...each).map((parts) => toQueryString(parts.flat()));
  return whole.length === 0 ? made : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...whole) }, made);
}

function generateInvalidQueries(operation: Operation): fc.Arbitrary<string> {
  const names = [...parametersIn(operation, 'query').map(({ name }) => name), 'no_such_parameter'];
  const one = fc.tuple(fc.constantFrom(...names), hostileQueryValues);
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((found) => {
    const twice = [...found, ...found.slice(0, 1)];
    return toQueryString(twice);
  });
}

function generateHeaders(operation: Operation, { access }: CaseInputs): fc.Arbitrary<Headers> {
  const names = parametersIn(operation, 'header').map(({ name }) => name);
  const key = fc.option(fc.oneof(fc.uuid(), fc.constantFrom(...IDEMPOTENCY_KEYS)), { nil: undefined });
  return key.map((value) => ({
    ...access.full,
    ...(names.includes('idempotency-key') && value !== undefined && { 'idempotency-key': value }),
  }));
}

function generateInvalidHeaders({ access }: CaseInputs): fc.Arbitrary<FuzzCase['headers']> {
  return fc.oneof(
    fc.constantFrom(...access.others),
    fc
      .constantFrom(
        '',
        ' ',
        'é',
        '"',
        'a'.repeat(300),
        'a'.repeat(5_000),
        '../../../../packages/domain/src',
        '{}',
        'a,b',
      )
      .map((value) => ({ ...access.full, 'idempotency-key': value, 'last-event-id': value })),
    fc.constant({ ...access.full, 'idempotency-key': ['one', 'two'] }),
    fc
      .constantFrom(
        'text/plain',
        'application/xml',
        'multipart/form-data',
        'application/json; charset=utf-16',
        'x',
        '',
      )
      .map((value) => ({ ...access.full, 'content-type': value })),
    fc
      .constantFrom('text/html', 'x/y', '*/*;q=0', 'a'.repeat(3_000))
      .map((accept) => ({ ...access.full, accept })),
    fc.constantFrom('gzip', 'x').map((value) => ({ ...access.full, 'content-encoding': value })),
    fc.constantFrom('evil.example', '', 'a b').map((host) => ({ ...access.full, host })),
    fc.constant({ ...access.full, cookie: 'trainyard_session=x.y; a=b;;=' }),
  );
}

function generateValid(operation: Operation, inputs: CaseInputs): fc.Arbitrary<RequestParts> {
  const schema = getBodySchema(operation);
  const values = schema && generateValues(schema, { known: inputs.known, field: '' });
  const text = values
    ? values.map((value) => (value === undefined ? undefined : JSON.stringify(value)))
    : fc.constant(undefined);
  return fc.record({
    path: generatePaths(operation, inputs),
    query: generateQueries(operation, inputs),
    headers: generateHeaders(operation, inputs),
    text,
  });
}

function createCase(kind: CaseKind, method: string, parts: RequestParts, body?: Buffer): FuzzCase {
  const bytes = body ?? (parts.text === undefined ? undefined : Buffer.from(parts.text));
  return {
    kind,
    method,
    target: `${parts.path}${parts.query}`,
    headers: bytes === undefined ? parts.headers : { ...JSON_TYPE, ...parts.headers },
    ...(bytes && { body: bytes }),
  };
}

function generateMutated(operation: Operation, inputs: CaseInputs): fc.Arbitrary<FuzzCase> {
  const { method, path } = operation;
  const from = generateValid(operation, inputs);
  const schema = getBodySchema(operation);
  const make = (parts: RequestParts) => createCase('mutated', method, parts);
  const bodies = schema
    ? [mutatedBodies(generateValues(schema, { known: inputs.known, field: '' })), hostileJson].map((texts) =>
        fc.tuple(from, texts).map(([parts, text]) => make({ ...parts, text })),
      )
    : [];
  const inPath = fc
    .tuple(from, hostileSegments)
    .map(([parts, segment]) => make({ ...parts, path: path.replace(/\{[^}]+\}/g, () => segment) }));
  return fc.oneof(
    ...bodies.flatMap((each) => [each, each]),
    ...(path.includes('{') ? [inPath] : []),
    fc.tuple(from, generateInvalidQueries(operation)).map(([parts, query]) => make({ ...parts, query })),
    fc.tuple(from, generateInvalidHeaders(inputs)).map(([parts, headers]) => make({ ...parts, headers })),
  );
}

function generateHostile(operation: Operation, inputs: CaseInputs): fc.Arbitrary<FuzzCase> {
  const from = generateValid(operation, inputs);
  return fc.oneof(
    fc
      .tuple(from, malformedBodies)
      .map(([parts, body]) => createCase('hostile', operation.method, parts, body)),
    fc
      .tuple(from, fc.constantFrom(...METHODS))
      .map(([parts, method]) => createCase('hostile', method, parts)),
    fc
      .tuple(from, hostileSegments)
      .map(([parts, segment]) =>
        createCase('hostile', operation.method, { ...parts, path: `${parts.path}/${segment}` }),
      ),
  );
}

/** Keeps `wait` in the first long poll only, because each of them takes up to 30 s. */
function limitLongPolls(cases: readonly FuzzCase[]): readonly FuzzCase[] {
  const first = cases.findIndex(({ target }) => WAIT_PARAMETER.test(target));
  return cases.map((each, n) =>
    n === first ? each : { ...each, target: each.target.replace(WAIT_PARAMETER, '$1') },
  );
}

import fc from 'fast-check';
import type { Operation, Parameter, Schema } from '../document/operations.ts';
import { bentTexts, malformedBodies, nastySegments, nastyTexts, nastyWords } from './nasty.ts';
import type { FuzzCase, Manner } from './request.ts';
import { type Known, valuesOf } from './values.ts';

/** What cases of a route are made from. */
export interface Grounds {
  readonly known: Known;
  /** Headers that prove who calls, of those who may and those who may not. */
  readonly access: { readonly full: Headers; readonly others: readonly Headers[] };
  /** Whole queries that are only of use as they are, such as signed ones. */
  readonly queries: readonly string[];
}

type Headers = Readonly<Record<string, string>>;
type Query = readonly (readonly [string, string])[];

/** A request in parts, so that one of them can be bent. */
interface Parts {
  readonly path: string;
  readonly query: string;
  readonly headers: FuzzCase['headers'];
  readonly text?: string | undefined;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'];
const WAITS = /([?&])wait=[^&]*/;
const KEYS = ['fuzz-key-1', 'fuzz-key-2', 'fuzz-key-3'];

const of = ({ parameters = [] }: Operation, place: Parameter['in']) =>
  parameters.filter((each) => each.in === place);

const bodySchemaOf = ({ requestBody }: Operation): Schema | undefined =>
  requestBody?.content['application/json']?.schema;

/** `{id}` of a path is looked for by what stands before it: `actors/{id}`. */
const fieldOf = (path: string, name: string): string => {
  const before = path.split(`/{${name}}`)[0] ?? '';
  return `${before.slice(before.lastIndexOf('/') + 1)}/${name}`;
};

const encoded = (value: unknown): string => encodeURIComponent(String(value).toWellFormed());

const paths = (operation: Operation, { known }: Grounds): fc.Arbitrary<string> => {
  const parts = of(operation, 'path').map(({ name, schema = {} }) => {
    const field = fieldOf(operation.path, name);
    return valuesOf(schema, { known, field }).map((value) => [name, encoded(value)] as const);
  });
  return fc
    .tuple(...parts)
    .map((found) =>
      found.reduce((path, [name, value]) => path.replace(`{${name}}`, () => value), operation.path),
    );
};

const asText = (query: Query): string =>
  query.length === 0 ? '' : `?${query.map(([name, value]) => `${encoded(name)}=${value}`).join('&')}`;

const optional = (parameter: Parameter, values: fc.Arbitrary<string>): fc.Arbitrary<Query> =>
  fc
    .tuple(fc.nat(parameter.required ? 0 : 3), values)
    .map(([chance, value]) => (chance === 0 ? [[parameter.name, value] as const] : []));

const queries = (operation: Operation, { known, queries: whole }: Grounds): fc.Arbitrary<string> => {
  const each = of(operation, 'query').map((parameter) => {
    const values = valuesOf(parameter.schema ?? {}, { known, field: parameter.name }).map(encoded);
    return optional(parameter, values);
  });
  const made = fc.tuple(...each).map((parts) => asText(parts.flat()));
  return whole.length === 0 ? made : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...whole) }, made);
};

const bentQueries = (operation: Operation): fc.Arbitrary<string> => {
  const names = [...of(operation, 'query').map(({ name }) => name), 'no_such_parameter'];
  const one = fc.tuple(fc.constantFrom(...names), nastyWords);
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((found) => {
    const twice = [...found, ...found.slice(0, 1)];
    return asText(twice);
  });
};

const soundHeaders = (operation: Operation, { access }: Grounds): fc.Arbitrary<Headers> => {
  const names = of(operation, 'header').map(({ name }) => name);
  const key = fc.option(fc.oneof(fc.uuid(), fc.constantFrom(...KEYS)), { nil: undefined });
  return key.map((value) => ({
    ...access.full,
    ...(names.includes('idempotency-key') && value !== undefined && { 'idempotency-key': value }),
  }));
};

const bentHeaders = ({ access }: Grounds): fc.Arbitrary<FuzzCase['headers']> =>
  fc.oneof(
    fc.constantFrom(...access.others),
    fc
      .constantFrom('', ' ', 'é', '"', 'a'.repeat(300), 'a'.repeat(5_000), '../..', '{}', 'a,b')
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

const sound = (operation: Operation, grounds: Grounds): fc.Arbitrary<Parts> => {
  const schema = bodySchemaOf(operation);
  const values = schema && valuesOf(schema, { known: grounds.known, field: '' });
  const text = values
    ? values.map((value) => (value === undefined ? undefined : JSON.stringify(value)))
    : fc.constant(undefined);
  return fc.record({
    path: paths(operation, grounds),
    query: queries(operation, grounds),
    headers: soundHeaders(operation, grounds),
    text,
  });
};

const caseOf = (manner: Manner, method: string, parts: Parts, body?: Buffer): FuzzCase => {
  const bytes = body ?? (parts.text === undefined ? undefined : Buffer.from(parts.text));
  return {
    manner,
    method,
    target: `${parts.path}${parts.query}`,
    headers: bytes === undefined ? parts.headers : { ...JSON_TYPE, ...parts.headers },
    ...(bytes && { body: bytes }),
  };
};

const bent = (operation: Operation, grounds: Grounds): fc.Arbitrary<FuzzCase> => {
  const { method, path } = operation;
  const from = sound(operation, grounds);
  const schema = bodySchemaOf(operation);
  const make = (parts: Parts) => caseOf('bent', method, parts);
  const bodies = schema
    ? [bentTexts(valuesOf(schema, { known: grounds.known, field: '' })), nastyTexts].map((texts) =>
        fc.tuple(from, texts).map(([parts, text]) => make({ ...parts, text })),
      )
    : [];
  const inPath = fc
    .tuple(from, nastySegments)
    .map(([parts, segment]) => make({ ...parts, path: path.replace(/\{[^}]+\}/g, () => segment) }));
  return fc.oneof(
    ...bodies.flatMap((each) => [each, each]),
    ...(path.includes('{') ? [inPath] : []),
    fc.tuple(from, bentQueries(operation)).map(([parts, query]) => make({ ...parts, query })),
    fc.tuple(from, bentHeaders(grounds)).map(([parts, headers]) => make({ ...parts, headers })),
  );
};

const hostile = (operation: Operation, grounds: Grounds): fc.Arbitrary<FuzzCase> => {
  const from = sound(operation, grounds);
  return fc.oneof(
    fc.tuple(from, malformedBodies).map(([parts, body]) => caseOf('hostile', operation.method, parts, body)),
    fc.tuple(from, fc.constantFrom(...METHODS)).map(([parts, method]) => caseOf('hostile', method, parts)),
    fc
      .tuple(from, nastySegments)
      .map(([parts, segment]) =>
        caseOf('hostile', operation.method, { ...parts, path: `${parts.path}/${segment}` }),
      ),
  );
};

/** An answer that is held back for half a minute is asked for once. */
const withoutWaiting = (cases: readonly FuzzCase[]): readonly FuzzCase[] => {
  const first = cases.findIndex(({ target }) => WAITS.test(target));
  return cases.map((each, n) => (n === first ? each : { ...each, target: each.target.replace(WAITS, '$1') }));
};

/** The cases of a route: the same for the same seed and grounds. */
export const casesOf = (
  operation: Operation,
  grounds: Grounds,
  { seed, count }: { readonly seed: number; readonly count: number },
): readonly FuzzCase[] => {
  const whole = sound(operation, grounds).map((parts) => caseOf('sound', operation.method, parts));
  const any = fc.oneof(
    { weight: 5, arbitrary: whole },
    { weight: 4, arbitrary: bent(operation, grounds) },
    { weight: 1, arbitrary: hostile(operation, grounds) },
  );
  return withoutWaiting(fc.sample(any, { numRuns: count, seed }));
};

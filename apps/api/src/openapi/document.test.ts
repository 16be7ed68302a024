import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../app.ts';
import { describeTuples } from './components/tidy.ts';

type JsonObject = Readonly<Record<string, unknown>>;
interface Media {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>;
}
interface Answer {
  readonly description: string;
  readonly headers?: JsonObject;
  readonly content?: Readonly<Record<string, Media>>;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security: readonly JsonObject[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly example?: unknown }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Answer>>;
}
interface Document {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks: Readonly<Record<string, { readonly post: Operation }>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonObject>>;
    readonly examples: Readonly<Record<string, { readonly value: JsonObject }>>;
  };
}

/** The document needs no use case, so the API is built without a state store. */
async function loadDocument(): Promise<Document> {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const metrics = { refusals: { inc: () => {} } };
  const app = await createApi({ deps: { log, metrics, boardQueues: [] } as never, options: { keys: [] } });
  return app.swagger() as unknown as Document;
}

let document: Document;
let operations: readonly (readonly [name: string, operation: Operation])[];
let validate: (schema: object, value: unknown) => string | undefined;

beforeAll(async () => {
  document = await loadDocument();
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => [`${method.toUpperCase()} ${path}`, each] as const),
  );
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  validate = (schema, value) => {
    const check = ajv.compile({ ...schema, components: document.components });
    return check(value) ? undefined : ajv.errorsText(check.errors);
  };
});

function listMedia({ requestBody, responses }: Operation): readonly (readonly [string, Media])[] {
  return [
    ...Object.entries(requestBody?.content ?? {}),
    ...Object.values(responses).flatMap(({ content = {} }) => Object.entries(content)),
  ];
}

function findProblem({ responses }: Operation): readonly string[] {
  const [schema] = Object.values(responses).flatMap(
    ({ content }) => content?.['application/problem+json']?.schema ?? [],
  );
  const name =
    String((schema as JsonObject | undefined)?.['$ref'])
      .split('/')
      .at(-1) ?? '';
  const [, own] = (document.components.schemas[name]?.['allOf'] ?? []) as readonly JsonObject[];
  const { code } = (own?.['properties'] ?? {}) as { readonly code?: { readonly enum: readonly string[] } };
  return code?.enum ?? [];
}

/** Lists the routes that the compatibility table names, as method and path with `{}` for each parameter. */
function listNamedRoutes(): readonly string[] {
  const table = readFileSync(new URL('../../../../docs/compatibility.md', import.meta.url), 'utf8');
  const named = [...table.matchAll(/`([A-Z]+(?:\\\|[A-Z]+)*) (\/api\/[^`? {]+)/g)];
  return named.flatMap(([, methods = '', path = '']) =>
    methods.split('\\|').map((method) => `${method} ${path.replace(/:\w+/g, '{}')}`),
  );
}

describe('the OpenAPI document', () => {
  it('has every route that the compatibility table names', () => {
    const routes = operations.map(([name]) => name.replace(/\{\w+\}/g, '{}'));
    expect(listNamedRoutes().length).toBeGreaterThan(50);
    expect(listNamedRoutes().filter((route) => !routes.includes(route))).toEqual([]);
  });

  it('describes every operation: camelCase id, summary, description, tag and scope', () => {
    const tags = document.tags.map(({ name }) => name);
    for (const [name, operation] of operations) {
      expect(operation.operationId ?? '', name).toMatch(/^[a-z]+[A-Z][A-Za-z]+$/);
      expect(operation.summary?.length, name).toBeGreaterThan(5);
      expect(operation.description, name).toMatch(
        /\n\nNeeds (no API key|a key with the scope `(read|write|admin)`)\.$/,
      );
      expect(tags, name).toContain(operation.tags[0]);
      expect(operation.security, name).toBeInstanceOf(Array);
    }
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('shows a request and a response of a real installation for every operation with a body', () => {
    for (const [name, { parameters = [], requestBody, responses }] of operations) {
      for (const each of parameters.filter((parameter) => parameter.in === 'path'))
        expect(each.example, `${name} ${each.name}`).toBeDefined();
      const bodies = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)];
      for (const content of bodies) {
        const json = content?.['application/json'];
        if (json) expect(json.example, name).toBeDefined();
      }
    }
  });

  it('shows examples that match their schemas', () => {
    const faults = [
      ...operations,
      ...Object.entries(document.webhooks).map(([name, { post }]) => [name, post] as const),
    ]
      .flatMap(([name, operation]) => listMedia(operation).map((media) => [name, ...media] as const))
      .flatMap(([name, type, { schema, example }]) => {
        const fault =
          schema && example !== undefined && type.endsWith('json') ? validate(schema, example) : undefined;
        return fault === undefined ? [] : [`${name}: ${fault}`];
      });
    expect(faults).toEqual([]);
  });

  it('lists the error codes of every operation, with an example of each', () => {
    for (const [name, operation] of operations) {
      const codes = findProblem(operation);
      expect(codes, name).toContain('internal');
      const shown = Object.values(operation.responses).flatMap(({ content }) =>
        Object.keys(content?.['application/problem+json']?.examples ?? {}),
      );
      expect(shown.toSorted(), name).toEqual([...codes].toSorted());
      for (const code of shown.filter((each) => each in document.components.examples))
        expect(document.components.examples[code]?.value['code']).toBe(code);
    }
  });

  it('refers to components for the bodies of requests and responses', () => {
    for (const [name, operation] of operations)
      for (const [type, { schema }] of listMedia(operation))
        if (type === 'application/json' && !INLINE.has(name))
          expect(JSON.stringify(schema), name).toMatch(/"\$ref":"#\/components\/schemas\/\w+"/);
  });

  it('has no pattern that other languages cannot compile', () => {
    expect(JSON.stringify(document)).not.toContain(String.raw`\\p{`);
  });

  it('describes each live event and each outgoing message', () => {
    const names = Object.keys(document.components.schemas);
    expect(names).toEqual(
      expect.arrayContaining(['TrainingChangedEvent', 'TrainingProgressEvent', 'TrainingMessage']),
    );
    expect(Object.keys(document.webhooks)).toContain('training.completed');
  });
});

/** Bodies that are any JSON value, or a single field. */
const INLINE = new Set([
  'POST /core/training-webhooks/runpod-serverless',
  'POST /api/training-webhook',
  'PUT /api/files',
]);

it('a tuple is described by its types and length, which every tool reads', () => {
  const items = { type: 'number' };
  const described = { type: 'array', items, minItems: 2, maxItems: 2 };
  expect(describeTuples({ type: 'array', items: [items, items] })).toEqual(described);
  expect(describeTuples({ type: 'array', prefixItems: [items, items] })).toEqual(described);
  const mixed = [items, { type: 'string' }];
  expect(describeTuples({ type: 'array', prefixItems: mixed })).toEqual({
    ...described,
    items: { anyOf: mixed },
  });
});

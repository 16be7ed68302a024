import { Ajv2020 } from 'ajv/dist/2020.js';

/** A JSON schema of the OpenAPI document. */
export type Schema = Readonly<Record<string, unknown>>;

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface MediaType {
  readonly schema?: Schema;
}

type Content = Readonly<Record<string, MediaType>>;

interface OperationObject {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
  readonly tags?: readonly string[];
}

/** The fields of `/openapi.json` that the fuzzer reads. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
}

/** A route of the OpenAPI document. */
export interface Operation extends OperationObject {
  /** Method and path: `POST /api/trainings`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

/** Lists all routes in the order of the document, with the components that they refer to in place. */
export function listOperations(document: OpenApiDocument): readonly Operation[] {
  const paths = resolveReferences(document.paths, document) as OpenApiDocument['paths'];
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([word, described]) => {
      const method = word.toUpperCase();
      return { ...described, name: `${method} ${path}`, method, path };
    }),
  );
}

/** Replaces each reference to a component by the component. The schemas of the API are not recursive. */
function resolveReferences(value: unknown, document: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => resolveReferences(each, document));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref: reference, ...rest } = value as { readonly $ref?: unknown };
  if (typeof reference === 'string') {
    const names = reference.split('/').slice(1);
    const found = names.reduce<unknown>((part, name) => (part as Schema)[name], document);
    return { ...(resolveReferences(found, document) as Schema), ...rest };
  }
  const entries = Object.entries(rest).map(([name, each]) => [name, resolveReferences(each, document)]);
  return Object.fromEntries(entries);
}

/** Finds the documented response of a status by its number; undefined when it is not documented. */
export function findResponse({ responses }: Operation, status: number) {
  return responses[String(status)];
}

/** Creates a validator that compiles each schema once. It returns the errors of a value, or undefined for a valid value. */
export function createSchemaValidator(): (schema: Schema, value: unknown) => string | undefined {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
  const compiled = new WeakMap<Schema, ReturnType<typeof ajv.compile>>();
  return (schema, value) => {
    const validate = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, validate);
    return validate(value) ? undefined : ajv.errorsText(validate.errors);
  };
}

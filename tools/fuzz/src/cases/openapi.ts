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

/** Lists all routes in the order of the document. */
export function listOperations({ paths }: OpenApiDocument): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([word, described]) => {
      const method = word.toUpperCase();
      return { ...described, name: `${method} ${path}`, method, path };
    }),
  );
}

/** Finds the documented response of a status by its number, its class or `default`; undefined when it is not documented. */
export function findResponse({ responses }: Operation, status: number) {
  return responses[String(status)] ?? responses[`${Math.floor(status / 100)}XX`] ?? responses['default'];
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

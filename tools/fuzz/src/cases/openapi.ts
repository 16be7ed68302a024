import { Ajv2020 } from 'ajv/dist/2020.js';

/** A JSON schema as it stands in the document. */
export type Schema = Readonly<Record<string, unknown>>;

/** Something of a request beside its body. */
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

/** `/openapi.json`, as far as the fuzzer reads it. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
}

/** One route of the document. */
export interface Operation extends OperationObject {
  /** As one names it: `POST /api/trainings`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

/** Every route that the document tells of, in its order. */
export function listOperations({ paths }: OpenApiDocument): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([word, described]) => {
      const method = word.toUpperCase();
      return { ...described, name: `${method} ${path}`, method, path };
    }),
  );
}

/** What the document says of a status: by its number, else by its class. Undefined where it says nothing. */
export function findResponse({ responses }: Operation, status: number) {
  return responses[String(status)] ?? responses[`${Math.floor(status / 100)}XX`] ?? responses['default'];
}

/** Checks values against schemas of the document, each compiled once. @returns what is wrong, undefined when nothing is */
export function createSchemaValidator(): (schema: Schema, value: unknown) => string | undefined {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
  const compiled = new WeakMap<Schema, ReturnType<typeof ajv.compile>>();
  return (schema, value) => {
    const validate = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, validate);
    return validate(value) ? undefined : ajv.errorsText(validate.errors);
  };
}

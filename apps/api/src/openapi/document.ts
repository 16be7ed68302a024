import swagger from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { ProblemCode } from '../problems/table.ts';
import { findIdempotency } from '../server/idempotency.ts';
import type { Api } from '../server/server.ts';
import { HEADERS } from './components/headers.ts';
import { createInfo, SECURITY_SCHEMES, SERVERS, TAGS } from './components/info.ts';
import { registerComponents } from './components/schemas.ts';
import { describeTuples, type JsonObject, tidySchemas } from './components/tidy.ts';
import { describeAnswers, describeRequest } from './describe.ts';
import { createStreamedEvent } from './live-events.ts';
import { createMessages } from './messages.ts';
import type { OperationDescription } from './operation.ts';
import {
  listCodes,
  type RouteTraits,
  toExampleName,
  toProblemExample,
  toProblemName,
  toProblemResponses,
  toProblemSchema,
} from './problems.ts';

/** Operation with the facts of its route from which a part of its description follows. */
interface RoutedOperation {
  readonly operation: OperationDescription;
  readonly traits: RouteTraits;
  readonly isLegacy: boolean;
}

type Operations = Map<string, RoutedOperation>;

/** OpenAPI 3.1 uses JSON Schema 2020-12, in which a tuple has `prefixItems`. */
const config = { zodToJsonConfig: { target: 'draft-2020-12' } } as const;
const transformSchemas = createJsonSchemaTransform(config);
const transformDocument = createJsonSchemaTransformObject(config);

/** Registers the generator of the OpenAPI document. It describes every route that is registered afterwards. */
export async function registerOpenApi(app: Api, version: string): Promise<void> {
  registerComponents();
  const operations: Operations = new Map();
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: createInfo(version),
      servers: SERVERS,
      tags: TAGS,
      security: [{ bearer: [] }, { apiKey: [] }, { session: [] }],
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    transform: (found) => {
      const described = transformSchemas(found);
      const routed = toRoutedOperation(found.schema, found.route);
      if (routed) operations.set(routed.operation.id, routed);
      return described;
    },
    transformObject: (found) => {
      const document = transformDocument(found) as unknown as Document;
      return finishDocument(document, operations) as never;
    },
  });
}

function toRoutedOperation(
  schema: FastifySchema | undefined,
  route: RouteOptions,
): RoutedOperation | undefined {
  const operation = schema?.operation;
  if (!schema || !operation) return undefined;
  const method = [route.method].flat()[0] ?? 'GET';
  const traits = {
    method,
    access: route.config?.access ?? (method === 'GET' ? 'read' : 'write'),
    validated: Boolean(schema.params ?? schema.querystring ?? schema.headers),
    idempotency: findIdempotency(route),
    limited: route.config?.rateLimit !== false,
  } as const;
  return { operation, traits, isLegacy: operation.legacyProblem === true };
}

interface Document extends JsonObject {
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly components: JsonObject & { readonly schemas: JsonObject };
}

/** Completes the document: descriptions of the operations, their errors, the outgoing messages, and shared components. */
function finishDocument(document: Document, operations: Operations): unknown {
  const paths = Object.entries(document.paths).map(([path, methods]) => {
    const finished = Object.entries(methods).map(([method, each]) => [
      method,
      finishOperation(each, operations),
    ]);
    return [path, Object.fromEntries(finished)];
  });
  const components = {
    ...document.components,
    schemas: {
      ...document.components.schemas,
      ...createProblemSchemas(operations),
      StreamedEvent: createStreamedEvent(),
    },
    headers: HEADERS,
    examples: createProblemExamples(operations),
  };
  const finished = { ...document, paths: Object.fromEntries(paths), webhooks: createMessages(), components };
  return tidySchemas(describeTuples(finished) as typeof finished);
}

function finishOperation(described: JsonObject, operations: Operations): JsonObject {
  const routed = operations.get(String(described['operationId']));
  if (!routed) return described;
  const { operation, traits, isLegacy } = routed;
  const problems = toProblemResponses(listRoutedCodes(routed), toProblemName(operation.id), isLegacy);
  return {
    ...describeRequest(described, operation, traits),
    responses: { ...describeAnswers(described, operation, traits), ...problems },
  };
}

function listRoutedCodes({ operation, traits }: RoutedOperation): readonly ProblemCode[] {
  return listCodes(operation.errors, traits);
}

function createProblemSchemas(operations: Operations): JsonObject {
  const schemas = [...operations.values()].map((routed) => {
    const base = routed.isLegacy ? 'LegacyProblem' : 'Problem';
    return [toProblemName(routed.operation.id), toProblemSchema(listRoutedCodes(routed), base)];
  });
  return Object.fromEntries(schemas);
}

function createProblemExamples(operations: Operations): JsonObject {
  const examples = [...operations.values()].flatMap((routed) =>
    listRoutedCodes(routed).map((code) => [
      toExampleName(code, routed.isLegacy),
      toProblemExample(code, routed.isLegacy),
    ]),
  );
  return Object.fromEntries(examples);
}

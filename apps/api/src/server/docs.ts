import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { problemSchema } from '@trainyard/contracts';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { PROBLEM_CODES } from '../problems/table.ts';
import { CONTENT_SECURITY } from './content-security.ts';
import type { Api } from './server.ts';

const DOCS_PATH = '/docs';

const TAGS = [
  { name: 'trainings', description: 'Create, read, cancel and retry trainings.' },
  { name: 'live', description: 'Live events as server-sent events.' },
  { name: 'dispatch', description: 'Slots, concurrency limit, pause and gate.' },
  { name: 'budgets', description: 'Budgets of day, month and batch.' },
  { name: 'subjects', description: 'Actors and styles with their datasets and versions.' },
  { name: 'files', description: 'Download and upload of objects by signed links.' },
  { name: 'auto-train', description: 'Training of all eligible actors, on request or by schedule.' },
  { name: 'notifications', description: 'Deliveries of notifications.' },
  { name: 'tunnel', description: 'Tunnel for webhooks to a server without a public address.' },
  { name: 'legacy', description: 'Routes of the legacy tools, kept for existing callers.' },
  { name: 'webhooks', description: 'Routes that RunPod calls.' },
  { name: 'session', description: 'Session cookies for browsers.' },
  { name: 'health', description: 'Health and metrics of the process.' },
];

/**
 * Registers `/openapi.json`, the page `/docs` that shows it with scripts of this server only, and the redirect from `/` to
 * it.
 */
export async function registerDocs(app: Api): Promise<void> {
  app.get('/', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.redirect(DOCS_PATH),
  );
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.register(async (pages) => {
    pages.addHook('onSend', async (_request, reply) => {
      void reply.header('content-security-policy', CONTENT_SECURITY.docs);
    });
    await pages.register(swaggerUi, { routePrefix: DOCS_PATH });
  });
}

/** Registers the generator of the OpenAPI document. It describes every route that is registered afterwards. */
export async function registerOpenApi(app: Api, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Trainyard',
        version,
        description: 'Queues Flux LoRA trainings and runs them on a RunPod serverless endpoint.',
      },
      tags: TAGS,
      security: [{ bearer: [] }, { apiKey: [] }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        },
      },
    },
    transform: describeRoute,
    transformObject: (found) =>
      'openapiObject' in found
        ? (describeTuples(found.openapiObject) as typeof found.openapiObject)
        : found.swaggerObject,
  });
}

/** OpenAPI 3.1 uses JSON Schema 2020-12, in which a tuple has `prefixItems`. */
const transformSchemas = createJsonSchemaTransform({ zodToJsonConfig: { target: 'draft-2020-12' } });

type Transform = typeof transformSchemas;
type Schema = Readonly<Record<string, unknown>>;

interface ObjectSchema extends Schema {
  readonly properties?: Schema;
}

const anyProblem = z.toJSONSchema(problemSchema) as ObjectSchema;

/**
 * Describes a tuple of equal types, which the generator writes as `items: []` of an older JSON Schema, by its type and length.
 * Schemathesis refuses `items: []` and converts `prefixItems` back to it.
 */
function describeTuples(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(describeTuples);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, each]) => [name, describeTuples(each)] as const);
  const { items, prefixItems, ...rest } = Object.fromEntries(fields);
  const tuple = [items, prefixItems].find((each) => Array.isArray(each));
  if (!tuple) return Object.fromEntries(fields);
  return { ...rest, items: tuple[0], minItems: tuple.length, maxItems: tuple.length };
}

/** Describes an error response; its media type and its codes are the same for all routes. */
function toProblemResponse(schema: ObjectSchema = anyProblem) {
  const { properties } = schema;
  const listed = { ...schema, properties: { ...properties, code: { type: 'string', enum: PROBLEM_CODES } } };
  return {
    description: 'Problem details (RFC 9457).',
    content: { 'application/problem+json': { schema: listed } },
  };
}

/**
 * Adds the error responses to the description of a route. Every route can return them, because authentication, rate
 * limits and validation run before its handler.
 */
const describeRoute: Transform = (found) => {
  const { schema, url } = transformSchemas(found);
  if (!schema || schema.hide) return { schema, url };
  const own = (schema.response ?? {}) as Readonly<Record<string, ObjectSchema>>;
  const errors = { '4xx': toProblemResponse(own['4xx']), '5xx': toProblemResponse(own['5xx']) };
  return { schema: { ...schema, response: { ...own, ...errors } }, url };
};

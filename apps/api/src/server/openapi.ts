import { problemSchema } from '@trainyard/contracts';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';

type Transform = typeof jsonSchemaTransform;
type Schema = Readonly<Record<string, unknown>>;

const anyProblem = z.toJSONSchema(problemSchema);

/** Errors have one media type, whatever the route answers else. */
function toProblemResponse(schema: unknown = anyProblem) {
  return {
    description: 'A problem (RFC 9457)',
    content: { 'application/problem+json': { schema } },
  };
}

/**
 * A route as the document tells of it: with what every one may answer besides its own, since a guard, a limit or a
 * fault stands before each.
 */
export const describeRoute: Transform = (found) => {
  const { schema, url } = jsonSchemaTransform(found);
  if (!schema || schema.hide) return { schema, url };
  const own = (schema.response ?? {}) as Schema;
  const errors = { '4xx': toProblemResponse(own['4xx']), '5xx': toProblemResponse(own['5xx']) };
  return { schema: { ...schema, response: { ...own, ...errors } }, url };
};

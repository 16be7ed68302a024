import { getProblemDefinition, PROBLEM_CODES, type ProblemCode } from '../problems/table.ts';
import { type HeaderName, referHeaders } from './components/headers.ts';
import { referSchema, toPascalCase } from './components/schemas.ts';
import type { JsonObject } from './components/tidy.ts';

/** Properties of a route from which a part of its error codes follows. */
export interface RouteTraits {
  readonly method: string;
  /** Scope that the route requires, or `public`. */
  readonly access: 'read' | 'write' | 'admin' | 'public';
  /** Whether a schema validates parameters or headers. */
  readonly validated: boolean;
  /** Handling of the Idempotency-Key; undefined for a route without it. */
  readonly idempotency?: 'own' | 'repeatable' | 'unsaved' | 'refused' | undefined;
  /** Whether requests are counted. */
  readonly limited: boolean;
}

/** Errors of every request: it is parsed, routed and answered in time. */
const TRANSPORT: readonly ProblemCode[] = [
  'malformed_request',
  'request_timeout',
  'headers_too_large',
  'internal',
  'response_timeout',
];
const BODY: readonly ProblemCode[] = [
  'malformed_json',
  'body_too_large',
  'unsupported_media_type',
  'invalid_request',
];
const ACCESS: readonly ProblemCode[] = ['unauthorized', 'foreign_host', 'redis_unavailable'];
/** A use case that claims the key itself replays the training, so that no request waits or is interrupted. */
const IDEMPOTENCY: Readonly<Record<NonNullable<RouteTraits['idempotency']>, readonly ProblemCode[]>> = {
  own: ['idempotency_conflict'],
  repeatable: ['idempotency_conflict', 'idempotency_in_flight'],
  unsaved: ['idempotency_conflict', 'idempotency_in_flight'],
  refused: ['idempotency_conflict', 'idempotency_in_flight', 'idempotency_interrupted'],
};
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD'];

/** Lists the codes of an operation in the order of their statuses: those of its use case and those of its route. */
export function listCodes(own: readonly ProblemCode[], traits: RouteTraits): readonly ProblemCode[] {
  const { method, access, idempotency } = traits;
  const isSafe = SAFE_METHODS.includes(method);
  const codes = new Set<ProblemCode>([
    ...TRANSPORT,
    ...(isSafe ? [] : BODY),
    ...(traits.validated ? (['invalid_request'] as const) : []),
    ...(traits.limited ? (['rate_limited'] as const) : []),
    ...(access === 'public' ? [] : ACCESS),
    ...(access === 'public' || isSafe ? [] : (['cross_site'] as const)),
    ...(access === 'write' || access === 'admin' ? (['forbidden'] as const) : []),
    ...(idempotency === undefined ? [] : IDEMPOTENCY[idempotency]),
    ...own,
  ]);
  return PROBLEM_CODES.filter((code) => codes.has(code));
}

/** Name of the component that describes the problems of an operation. */
export function toProblemName(operationId: string): string {
  return `${toPascalCase(operationId)}Problem`;
}

/** Schema of the problems of an operation, with the enumeration of its codes. */
export function toProblemSchema(codes: readonly ProblemCode[], base: string): JsonObject {
  const code = { type: 'string', enum: codes, description: 'Stable code of the error.' };
  return { allOf: [referSchema(base), { type: 'object', properties: { code }, required: ['code'] }] };
}

/** Describes the error responses of an operation, one per status. */
export function toProblemResponses(codes: readonly ProblemCode[], schemaName: string, isLegacy: boolean) {
  const byStatus = Map.groupBy(codes, (code) => getProblemDefinition(code).status);
  return Object.fromEntries(
    [...byStatus].map(([status, own]) => [status, toProblemResponse(own, schemaName, isLegacy)]),
  );
}

function toProblemResponse(codes: readonly ProblemCode[], schemaName: string, isLegacy: boolean) {
  const lines = codes.map((code) => `- \`${code}\`: ${getProblemDefinition(code).title}`);
  const examples = codes.map((code) => [
    code,
    { $ref: `#/components/examples/${toExampleName(code, isLegacy)}` },
  ]);
  return {
    description: lines.join('\n'),
    headers: referHeaders(listHeaders(codes)),
    content: {
      'application/problem+json': { schema: referSchema(schemaName), examples: Object.fromEntries(examples) },
    },
  };
}

/** Name of the component with the example of a problem. */
export function toExampleName(code: ProblemCode, isLegacy: boolean): string {
  return isLegacy ? `legacy_${code}` : code;
}

function listHeaders(codes: readonly ProblemCode[]): readonly HeaderName[] {
  const retried = codes.some(
    (code) => code === 'rate_limited' || getProblemDefinition(code).retryAfter !== undefined,
  );
  return [
    'X-Request-Id',
    ...(retried ? (['Retry-After'] as const) : []),
    ...(codes.some((code) => getProblemDefinition(code).status === 401)
      ? (['WWW-Authenticate'] as const)
      : []),
  ];
}

/** Example of a problem. The legacy API has two more fields. */
export function toProblemExample(code: ProblemCode, isLegacy: boolean): JsonObject {
  const { status, title, hint } = getProblemDefinition(code);
  const detail = DETAILS[code] ?? title;
  const value = {
    type: `urn:trainyard:problem:${code}`,
    title,
    status: isLegacy ? 'failed' : status,
    detail,
    code,
    ...(hint !== undefined && { hint }),
    request_id: 'f3a0c7de-52b1-4a0e-8f0c-6b1d9e2a4c58',
    ...(isLegacy && { error: detail }),
  };
  return { summary: title, value };
}

/** Details of frequent errors; the title stands for the others. */
const DETAILS: Partial<Readonly<Record<ProblemCode, string>>> = {
  subject_busy: 'Actor 0019 has the live training 01935a2e-7c1f-7b6a-9d43-5f0e8a1c2b7d',
  unauthorized: 'A valid API key is required: Authorization: Bearer <key>, or x-api-key',
  forbidden: 'This request requires a key with the scope admin',
  invalid_request: 'priority: Too small: expected number to be >=1',
  budget_exceeded: 'The estimate of $1.24 exceeds the budget of $1.00',
  training_not_found: 'No training 01935a2e-7c1f-7b6a-9d43-5f0e8a1c2b7d',
  subject_not_found: 'No actor 0019 in the catalogue',
  rate_limited: 'Rate limit exceeded: more than 6000 requests with this API key in a minute. Retry in 12 s.',
};

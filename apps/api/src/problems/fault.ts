import type { ProblemIssue } from '@trainyard/contracts';
import { toStoreError } from '@trainyard/redis';
import type { FastifyError } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { isProblemCode, type ProblemCode } from './table.ts';

/** Code and texts of a problem, independent of a request. */
export interface Fault {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly issues?: readonly ProblemIssue[];
}

/** Codes of Trainyard for the error codes of Fastify and its plugins. */
const EDGE_CODES: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_HANDLER_TIMEOUT: 'response_timeout',
  FST_ERR_NOT_FOUND: 'not_found',
};

const PATH_PREFIXES: Readonly<Record<string, string>> = {
  querystring: 'query.',
  params: 'path.',
  headers: 'header.',
};

interface ValidationError {
  readonly instancePath: string;
  readonly message?: string | undefined;
  readonly params: object;
}

/**
 * Maps an error to the fault that the caller sees. The text of an unknown error is never sent, because it may contain
 * secrets. Errors of ioredis and BullMQ about an unavailable Redis become `redis_unavailable`.
 */
export function toFault(thrown: unknown): Fault {
  const error = toStoreError(thrown);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = toIssues(error.validation, error.validationContext);
    return { code: 'invalid_request', detail: summarizeIssues(issues), issues };
  }
  if (!(error instanceof Error)) return { code: 'internal', detail: 'Unexpected error' };
  const code = getErrorCode(error);
  if (isProblemCode(code)) {
    const issues = 'issues' in error && Array.isArray(error.issues) ? { issues: error.issues } : {};
    return { code, detail: error.message, ...issues };
  }
  return fromFastifyError(error as FastifyError);
}

function toIssues(found: readonly ValidationError[], context: string | undefined): readonly ProblemIssue[] {
  return found.flatMap(({ instancePath, message = 'is invalid', params }) => {
    const path = instancePath.split('/').filter(Boolean).join('.');
    const prefix = PATH_PREFIXES[context ?? ''] ?? '';
    const keys = 'keys' in params && Array.isArray(params.keys) ? params.keys : undefined;
    if (!keys) return [{ path: `${prefix}${path}` || 'body', message }];
    const parent = path === '' ? '' : `${path}.`;
    return keys.map((key) => ({ path: `${prefix}${parent}${key}`, message: 'is not a known field' }));
  });
}

function summarizeIssues(issues: readonly ProblemIssue[]): string {
  const shown = issues.slice(0, 5).map(({ path, message }) => `${path}: ${message}`);
  const more = issues.length - shown.length;
  return more > 0 ? `${shown.join('; ')}; and ${more} more` : shown.join('; ');
}

function getErrorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function fromFastifyError(error: FastifyError): Fault {
  // Fastify's message repeats the whole URL, which may contain a token.
  if (error.code === 'FST_ERR_BAD_URL')
    return { code: 'malformed_request', detail: 'The URL is not correctly percent-encoded' };
  const known = EDGE_CODES[error.code];
  if (known) return { code: known, detail: error.message };
  if (error.statusCode === 429) return { code: 'rate_limited', detail: error.message };
  if (error.statusCode === 413) return { code: 'body_too_large', detail: error.message };
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return { code: 'malformed_request', detail: error.message };
  return { code: 'internal', detail: 'Unexpected error' };
}

import { DatasetRefusedError } from '@trainyard/application';
import { type Problem, type ProblemIssue, toIssueSentence } from '@trainyard/contracts';
import { toStoreError } from '@trainyard/redis';
import type { FastifyError } from 'fastify';
import type { z } from 'zod';
import { RequestValidationError } from './errors.ts';
import { isProblemCode, type ProblemCode } from './table.ts';

/** Code and texts of a problem, independent of a request. */
export interface Fault {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly issues?: readonly ProblemIssue[];
  /** The training that the request conflicts with. */
  readonly trainingId?: string;
  /** The errors of refused data. */
  readonly findings?: Problem['findings'];
  /** The next step for the caller, in place of the hint of the code. */
  readonly hint?: string;
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

/**
 * Maps an error to the fault that the caller sees. The text of an unknown error is never sent, because it may contain
 * secrets. Errors of ioredis and BullMQ about an unavailable Redis become `redis_unavailable`.
 */
export function toFault(thrown: unknown): Fault {
  const error = toStoreError(thrown);
  if (error instanceof RequestValidationError) {
    const issues = error.found.flatMap((issue) => toIssues(issue, error.validationContext));
    return { code: 'invalid_request', detail: summarizeIssues(issues), issues };
  }
  if (!(error instanceof Error)) return { code: 'internal', detail: 'Unexpected error' };
  const code = getErrorCode(error);
  if (isProblemCode(code)) {
    const issues: readonly ProblemIssue[] | undefined =
      'issues' in error && Array.isArray(error.issues) ? error.issues : undefined;
    const detail = code === 'invalid_request' && issues ? summarizeIssues(issues) : error.message;
    return { code, detail, ...(issues && { issues }), ...pickFacts(error) };
  }
  return fromFastifyError(error as FastifyError);
}

function pickFacts(error: Error): Omit<Fault, 'code' | 'detail' | 'issues'> {
  const findings = error instanceof DatasetRefusedError ? { findings: [...error.findings] } : {};
  return { ...pickTrainingId(error), ...pickHint(error), ...findings };
}

function pickHint(error: Error): Pick<Fault, 'hint'> {
  return 'hint' in error && typeof error.hint === 'string' ? { hint: error.hint } : {};
}

function pickTrainingId(error: Error): Pick<Fault, 'trainingId'> {
  return 'trainingId' in error && typeof error.trainingId === 'string'
    ? { trainingId: error.trainingId }
    : {};
}

function toIssues(found: z.core.$ZodIssue, context: string | undefined): readonly ProblemIssue[] {
  const prefix = PATH_PREFIXES[context ?? ''] ?? '';
  const path = found.path.map(String);
  const toPath = (parts: readonly string[]): string => `${prefix}${parts.join('.')}` || 'body';
  if (found.code !== 'unrecognized_keys')
    return [{ path: toPath(path), message: found.message, ...toValueField(found.input) }];
  const messages = found.message.split('\n');
  return found.keys.map((key, at) => ({
    path: toPath([...path, key]),
    message: messages[at] ?? found.message,
  }));
}

const MAX_VALUE_CHARACTERS = 100;

/** The value that was sent, if it is short. */
function toValueField(value: unknown): Pick<ProblemIssue, 'value'> {
  const isShort = typeof value === 'string' && value.length <= MAX_VALUE_CHARACTERS && value.isWellFormed();
  return isShort || typeof value === 'number' || typeof value === 'boolean' ? { value } : {};
}

function summarizeIssues(issues: readonly ProblemIssue[]): string {
  const shown = issues.slice(0, 5).map((issue) => toIssueSentence(issue));
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

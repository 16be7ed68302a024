import { cleanExternalText, type Redact } from '@trainyard/application';
import { omitUndefined } from '@trainyard/domain';
import type { Answer, Exchange } from '../http/exchange.ts';

/** The form of a job id. An id of any other form names no run. */
const RUN_ID = /^[a-zA-Z0-9_-]{1,128}$/;

/** The valid fields of RunPod's job object. */
export interface Job {
  readonly id?: string;
  readonly status?: string;
  readonly delayMs?: number;
  readonly executionMs?: number;
  readonly workerId?: string;
  readonly output?: unknown;
  readonly error?: unknown;
}

/** Parses a job object; undefined when the response is not a JSON object. A field of an unexpected type is absent. */
export function readJob(json: unknown): Job | undefined {
  const object = toObject(json);
  if (!object) return undefined;
  const { id, status, delayTime, executionTime, workerId, output, error } = object;
  return omitUndefined({
    id: isRunId(id) ? id : undefined,
    status: toBoundedText(status, 64),
    delayMs: toCount(delayTime),
    executionMs: toCount(executionTime),
    workerId: toBoundedText(workerId, 256),
    output: output ?? undefined,
    error: error ?? undefined,
  });
}

/** Returns a text that is cleaned of control characters and cut; undefined when nothing is left, or for any other value. */
export function toBoundedText(value: unknown, maxCharacters: number): string | undefined {
  return toText(cleanExternalText(toText(value)?.trim() ?? '', maxCharacters));
}

/** Whether an id has RunPod's form, which is also safe in a path. */
export function isRunId(id: unknown): id is string {
  return typeof id === 'string' && RUN_ID.test(id);
}

/** Characters kept of a traceback: its end names the cause, its start only the call path. */
const TRACEBACK_TAIL = 1_500;
const MESSAGE_FIELDS = ['error_message', 'error', 'message', 'detail', 'title'];
const MAX_DEPTH = 5;

/**
 * Extracts the text of an `error` of any shape: plain text, RunPod's JSON-encoded string (`error_type`, `error_message`,
 * `error_traceback`), an object, or worker-comfyui's `{error, details}`. Empty without a text.
 */
export function toErrorText(error: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) return '';
  const value = unwrapJson(error);
  if (Array.isArray(value))
    return value
      .map((each) => toErrorText(each, depth + 1))
      .filter(Boolean)
      .join('; ');
  const object = toObject(value);
  if (!object) return toText(value)?.trim() ?? (typeof value === 'number' ? String(value) : '');
  const { error_type, error_traceback, details } = object;
  const type = typeName(toText(error_type));
  const message = toErrorText(findFirst(object, MESSAGE_FIELDS), depth + 1);
  const more = toErrorText(details, depth + 1);
  const traceback = toTail(toText(error_traceback)?.trim());
  const text = [[type, message].filter(Boolean).join(': '), more].filter(Boolean).join('; ');
  return traceback && !text.includes(traceback) ? [text, traceback].filter(Boolean).join('\n') : text;
}

/** The last whole lines of a long text; a cut line could begin inside a secret. */
function toTail(text: string | undefined): string | undefined {
  return text === undefined || text.length <= TRACEBACK_TAIL
    ? text
    : text.slice(-TRACEBACK_TAIL).replace(/^[^\n]*\n/, '');
}

/** `<class 'RuntimeError'>` → `RuntimeError`. */
function typeName(type: string | undefined): string | undefined {
  return type === undefined ? undefined : (/^<class '(.+)'>$/.exec(type.trim())?.[1] ?? type.trim());
}

/** Returns a JSON object; undefined for any other value. */
export function toObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** Returns a text that is not blank; undefined for any other value. */
export function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Returns a number ≥ 0, also from text; undefined for NaN, infinities and any other value. */
export function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** Returns a whole number ≥ 0; undefined beyond 2^53, where JSON numbers lose precision. */
export function toCount(value: unknown): number | undefined {
  const number = toNumber(value);
  if (number === undefined) return undefined;
  const whole = Math.round(number);
  return Number.isSafeInteger(whole) ? whole : undefined;
}

/** Parses a text of JSON; returns any other value unchanged. Outputs and errors have both forms. */
export function unwrapJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{"]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Returns the first of the given fields that is neither undefined nor null. */
export function findFirst(object: Readonly<Record<string, unknown>>, names: readonly string[]): unknown {
  return names.map((name) => object[name]).find((value) => value !== undefined && value !== null);
}

/** The results that status, cancel and health share when the response is not a JSON object of status 2xx. */
type NoAnswer =
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied'; readonly scope: 'account' | 'endpoint'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterMs?: number };

/** The JSON object of a 2xx response, or the reason for its absence. */
export type JsonAnswer =
  | { readonly kind: 'answered'; readonly json: Readonly<Record<string, unknown>> }
  | NoAnswer;

/** Classifies a response: the JSON object of a 2xx, or a result without it. A 404 that names the endpoint denies it. */
export function toJsonAnswer(exchange: Exchange, redact: Redact): JsonAnswer {
  if (exchange.kind === 'unsendable')
    return { kind: 'denied', scope: exchange.scope, message: exchange.message };
  if (exchange.kind !== 'answer') return { kind: 'unavailable', message: exchange.message };
  const { answer } = exchange;
  const message = toAnswerMessage(answer, redact);
  if (answer.httpStatus >= 200 && answer.httpStatus < 300) {
    const json = toObject(answer.json);
    return json ? { kind: 'answered', json } : { kind: 'unavailable', message: `${message} without JSON` };
  }
  if ([401, 402, 403].includes(answer.httpStatus)) return { kind: 'denied', scope: 'account', message };
  if (answer.httpStatus === 404)
    return /endpoint/i.test(message) ? { kind: 'denied', scope: 'endpoint', message } : { kind: 'missing' };
  const wait = answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs };
  return { kind: 'unavailable', message, ...wait };
}

/** Message with the status and the error text of an unsuccessful response; HTML is not quoted. */
export function toAnswerMessage({ httpStatus, json }: Answer, redact: Redact): string {
  const object = toObject(json);
  const text = object ? toErrorText(findFirst(object, ['error', 'detail', 'message', 'title'])) : '';
  return text === '' ? `RunPod responded ${httpStatus}` : redact(`RunPod responded ${httpStatus}: ${text}`);
}

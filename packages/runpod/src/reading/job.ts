import { omitUndefined } from '@trainyard/domain';
import { findFirst, toCount, toObject, toText, unwrapJson } from './values.ts';

/** The pattern with which RunPod validates job ids. */
const RUN_ID = /^[a-zA-Z0-9_-]+$/;

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
    status: toText(status)?.trim().slice(0, 64),
    delayMs: toCount(delayTime),
    executionMs: toCount(executionTime),
    workerId: toText(workerId)?.slice(0, 256),
    output: output ?? undefined,
    error: error ?? undefined,
  });
}

/** Whether an id has RunPod's form, which is also safe in a path. */
export function isRunId(id: unknown): id is string {
  return typeof id === 'string' && id.length <= 256 && RUN_ID.test(id);
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
  const traceback = toText(error_traceback)?.trim().slice(-TRACEBACK_TAIL);
  const text = [[type, message].filter(Boolean).join(': '), more].filter(Boolean).join('; ');
  return traceback && !text.includes(traceback) ? [text, traceback].filter(Boolean).join('\n') : text;
}

/** `<class 'RuntimeError'>` → `RuntimeError`. */
function typeName(type: string | undefined): string | undefined {
  return type === undefined ? undefined : (/^<class '(.+)'>$/.exec(type.trim())?.[1] ?? type.trim());
}

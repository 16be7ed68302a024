import { findFirst, toObject, toText, unwrapJson } from './values.ts';

/** The last lines of a traceback name the cause; the first ones only the way there. */
const TRACEBACK_TAIL = 1_500;
const MESSAGE_FIELDS = ['error_message', 'error', 'message', 'detail', 'title'];
const MAX_DEPTH = 5;

/**
 * The words in an `error`, whatever its shape: plain text, RunPod's JSON-encoded string (`error_type`,
 * `error_message`, `error_traceback`), an object, or worker-comfyui's `{error, details}`. Empty when there are none.
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

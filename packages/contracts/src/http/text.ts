import { z } from 'zod';

/** Surrogates without their half cannot be encoded as UTF-8; Lua, S3 and files refuse them or change them. */
const FORBIDDEN_IN_LINE = /[\p{Cc}\p{Cs}]/u;
const FORBIDDEN_IN_TEXT = /(?![\t\n])[\p{Cc}\p{Cs}]/u;

/**
 * Patterns of the OpenAPI document. They name the characters by code point, because Python knows no `\p`, and end with a
 * lookahead, because `$` of Python also matches before a last line feed. Lone surrogates are checked in addition.
 */
const LINE_PATTERN = String.raw`^[^\u0000-\u001f\u007f-\u009f]*$(?!\n)`;
const TEXT_PATTERN = String.raw`^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$(?!\n)`;
const KEY_NAME_PATTERN = String.raw`^(?!\.{1,2}$)[^/\\\u0000-\u001f\u007f-\u009f]+$(?!\n)`;

const LINE_RULE = 'must be well-formed Unicode without control characters';
const TEXT_RULE = `${LINE_RULE} other than tab and line feed`;

/** Whether a text is well-formed Unicode without control characters. */
export function isLine(text: string): boolean {
  return !FORBIDDEN_IN_LINE.test(text);
}

/** Whether a text is well-formed Unicode without control characters other than tab and line feed. */
function isText(text: string): boolean {
  return !FORBIDDEN_IN_TEXT.test(text);
}

/**
 * Text on one line, such as an id, a name or a label. Every string of a request that may reach Redis or a file is one of
 * {@link lineSchema}, {@link textSchema} and {@link jsonSchema}: such a string is refused with 422 instead of breaking a write.
 */
export const lineSchema = z.string().refine(isLine, LINE_RULE).meta({ pattern: LINE_PATTERN });

/** Text that may have several lines: a caption, a prompt, a description, a note or a reason. */
export const textSchema = z.string().refine(isText, TEXT_RULE).meta({ pattern: TEXT_PATTERN });

/** Value of a request header: printable ASCII without spaces at its ends, which HTTP transports unchanged. */
export const headerSchema = z.string().regex(/^[!-~]([ -~]*[!-~])?$/, 'must be printable ASCII');

/** Name that may become part of an object key, 1 to 128 characters: no slash, no control character, not `.` or `..`. */
export function keyNameSchema() {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(128)
    .refine(isLine, LINE_RULE)
    .refine((name) => !/[/\\]/.test(name), 'must not contain a slash')
    .refine((name) => name !== '.' && name !== '..', 'must not be "." or ".."')
    .meta({ pattern: KEY_NAME_PATTERN });
}

/** A text or a name in a JSON value that may not be stored, with its path. */
interface TextFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Finds the first text or name of a JSON value that is not well-formed or holds a control character. */
function findTextFault(value: unknown, path: TextFault['path'] = []): TextFault | undefined {
  if (typeof value === 'string') return isText(value) ? undefined : { path, message: TEXT_RULE };
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, each] of Object.entries(value)) {
    if (!isLine(name)) return { path, message: `the name ${JSON.stringify(name)} ${LINE_RULE}` };
    const fault = findTextFault(each, [...path, Array.isArray(value) ? Number(name) : name]);
    if (fault) return fault;
  }
  return undefined;
}

/** Any JSON value whose names and texts may be stored. */
export const jsonSchema = z.unknown().superRefine((value, context) => {
  const fault = findTextFault(value);
  if (fault) context.addIssue({ code: 'custom', path: [...fault.path], message: fault.message });
});

/** JSON object whose names and texts may be stored. */
export const jsonObjectSchema = z.record(lineSchema, jsonSchema);

import type { z } from 'zod';
import { describeUnknownField } from './unknown-field.ts';

type RawIssue = z.core.$ZodRawIssue;

/** Longest value that a message repeats. */
const MAX_SHOWN_CHARACTERS = 60;
/** Most choices that a message lists. */
const MAX_CHOICES = 12;

/**
 * Error map of every request: describes a fault of zod in the words of the API, without the name of the field. A message of a
 * schema itself takes precedence. Several unknown fields are a line each. Undefined for a code without words here.
 */
export function describeIssue(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return describeType(issue);
    case 'too_small':
      return describeLowerBound(issue);
    case 'too_big':
      return describeUpperBound(issue);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return describeFormat(issue);
    case 'invalid_value':
      return describeChoices(issue.input, issue.values);
    case 'invalid_union':
      return describeUnion(issue);
    case 'unrecognized_keys':
      return issue.keys.map((key) => describeUnknownField(key, listFields(issue.inst))).join('\n');
    case 'invalid_key':
      return 'has a name that is not allowed';
    default:
      return undefined;
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a JSON object',
  record: 'a JSON object',
  array: 'a list',
  tuple: 'a list',
  null: 'null',
  date: 'a time',
};

function toTypeWords(type: string): string {
  return TYPE_WORDS[type] ?? `of the type ${type}`;
}

function describeType({ expected, format, input }: Extract<RawIssue, { code: 'invalid_type' }>): string {
  if (input === undefined) return 'is required';
  const type = format === 'safeint' || format === 'int32' ? 'int' : expected;
  return `must be ${toTypeWords(type)}`;
}

const UNITS: Readonly<Record<string, string>> = {
  string: 'characters',
  array: 'entries',
  set: 'entries',
  map: 'entries',
  object: 'entries',
  record: 'entries',
  file: 'bytes',
};

function toUnit(origin: string, count: number | bigint): string {
  const unit = UNITS[origin] ?? 'entries';
  if (Number(count) !== 1) return unit;
  return unit === 'entries' ? 'entry' : unit.slice(0, -1);
}

function isNumeric(origin: string): boolean {
  return origin === 'number' || origin === 'int' || origin === 'bigint';
}

function describeLowerBound(issue: Extract<RawIssue, { code: 'too_small' }>): string {
  const { origin, minimum, inclusive = true } = issue;
  if (isNumeric(origin)) return inclusive ? `must be ${minimum} or more` : `must be above ${minimum}`;
  if (Number(minimum) === 1) return 'must not be empty';
  return `must have at least ${minimum} ${toUnit(origin, minimum)}`;
}

function describeUpperBound(issue: Extract<RawIssue, { code: 'too_big' }>): string {
  const { origin, maximum, inclusive = true } = issue;
  if (isNumeric(origin)) return inclusive ? `must be ${maximum} or less` : `must be below ${maximum}`;
  return `must have at most ${maximum} ${toUnit(origin, maximum)}`;
}

const FORMAT_WORDS: Readonly<Record<string, string>> = {
  datetime: 'a time such as 2026-01-31T22:00:00Z',
  date: 'a date such as 2026-01-31',
  url: 'a URL such as https://example.com/path',
  email: 'an e-mail address',
  uuid: 'a UUID',
  json_string: 'JSON',
};

function describeFormat({ format, pattern }: Extract<RawIssue, { code: 'invalid_format' }>): string {
  const words = FORMAT_WORDS[format];
  if (words !== undefined) return `must be ${words}`;
  return pattern === undefined ? `must have the form ${format}` : `must match ${pattern}`;
}

function toShown(input: unknown): string | undefined {
  if (typeof input === 'number' || typeof input === 'boolean') return String(input);
  const isShown =
    typeof input === 'string' && input.length <= MAX_SHOWN_CHARACTERS && /^[^\s\p{C}]+$/u.test(input);
  return isShown ? input : undefined;
}

/** Names the value if it is short, and every choice. */
function describeChoices(input: unknown, choices: readonly unknown[]): string {
  const words = choices.slice(0, MAX_CHOICES).map(String);
  const list = [...words, ...(choices.length > words.length ? ['…'] : [])].join(', ');
  const remedy = choices.length === 1 ? `must be ${list}` : `must be one of ${list}`;
  if (input === undefined) return `is required; it ${remedy}`;
  const shown = toShown(input);
  return shown === undefined || choices.length === 1 ? remedy : `${shown} is unknown; use ${list}`;
}

function describeUnion(issue: Extract<RawIssue, { code: 'invalid_union' }>): string {
  const { options, input, discriminator } = issue as typeof issue & {
    readonly options?: readonly unknown[];
    readonly discriminator?: string;
  };
  if (discriminator !== undefined) {
    const value = typeof input === 'object' && input !== null ? Reflect.get(input, discriminator) : undefined;
    return describeChoices(value, options ?? []);
  }
  if (input === undefined) return 'is required';
  const types = (issue.errors ?? []).flatMap(([first]) =>
    first?.code === 'invalid_type' && first.path.length === 0 ? [toTypeWords(first.expected)] : [],
  );
  const [last, ...others] = [...new Set(types)].toReversed();
  if (last === undefined) return 'has no accepted form';
  return `must be ${[...(others.length > 0 ? [others.toReversed().join(', ')] : []), last].join(' or ')}`;
}

function listFields(schema: unknown): readonly string[] {
  const shape = (schema as { readonly _zod?: { readonly def?: { readonly shape?: object } } } | undefined)
    ?._zod?.def?.shape;
  return Object.keys(shape ?? {});
}

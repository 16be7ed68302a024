import { findPathKeyFault } from '../dataset/s3-address.ts';
import { type Subject, toSubjectId } from '../subject.ts';

/** The placeholders of a key: facts of a training and of its attempt. */
export const KEY_PLACEHOLDERS = [
  'output_name',
  'model_name',
  'training_id',
  'attempt',
  'kind',
  'subject_id',
  'version',
] as const;
/** A placeholder of a key. */
export type KeyPlaceholder = (typeof KEY_PLACEHOLDERS)[number];

/** The values of the placeholders for an attempt. */
export type KeyValues = Readonly<Record<KeyPlaceholder, string>>;

/** The default of `MODEL_KEY_TEMPLATE`. */
export const DEFAULT_MODEL_KEY_TEMPLATE = 'models/{training_id}/attempt-{attempt}.safetensors';

/** The entry of `OUTPUT_LOOKUP` that stands for the attempt's own output key. */
export const OWN_OUTPUT_KEY = 'output_key';

/** Folders of the object store that hold Trainyard's documents and the images; no model is read or written there. */
export const RESERVED_FOLDERS = ['data', 'trainings', 'batches', 'resources'] as const;

/** Whether a key, relative to the object store's prefix, is in a folder that holds documents or images. */
export function isReservedKey(key: string): boolean {
  const [folder = '', ...rest] = key.split('/');
  return rest.length > 0 && RESERVED_FOLDERS.some((reserved) => reserved === folder.toLowerCase());
}

/** The facts of an attempt that its keys are made of. */
export interface KeyFacts {
  readonly trainingId: string;
  readonly attempt: number;
  readonly subject: Subject;
  readonly modelName: string;
  readonly versionName: string;
  /** The name of the attempt's output file; the model name without it. */
  readonly outputName?: string | undefined;
}

/** The values of the placeholders for an attempt. */
export function toKeyValues(facts: KeyFacts): KeyValues {
  const { trainingId, attempt, subject, modelName, versionName, outputName = modelName } = facts;
  return {
    output_name: outputName,
    model_name: modelName,
    training_id: trainingId,
    attempt: String(attempt),
    kind: subject.kind,
    subject_id: toSubjectId(subject.kind, subject.id),
    version: versionName,
  };
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** Fills a template with the values of an attempt. The result of a value with `/` or `..` may be no valid key. */
export function fillKeyTemplate(template: string, values: KeyValues): string {
  return template.replace(PLACEHOLDER, (text, name: string) => getValue(values, name) ?? text);
}

function getValue(values: KeyValues, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name as KeyPlaceholder] : undefined;
}

/**
 * Fills `MODEL_KEY_TEMPLATE` for an attempt. The characters of a value that would change the path are replaced by `_`.
 * A key that would be too long is replaced by that of the default template.
 */
export function toOutputKey(facts: KeyFacts, template = DEFAULT_MODEL_KEY_TEMPLATE): string {
  const values = Object.entries(toKeyValues(facts)).map(([name, value]) => [name, toPathPart(value)]);
  const key = fillKeyTemplate(template, Object.fromEntries(values) as KeyValues);
  return findPathKeyFault(key) === undefined ? key : toDefaultOutputKey(facts.trainingId, facts.attempt);
}

/** The output key of an attempt by the default template. */
export function toDefaultOutputKey(trainingId: string, attempt: number): string {
  return `models/${trainingId}/attempt-${attempt}.safetensors`;
}

const MAX_VALUE_CHARACTERS = 128;

/** A value as one part of a path: the characters that would change the path become `_`. */
export function toPathPart(value: string): string {
  const part = value
    .toWellFormed()
    .replace(/[/\\\p{Cc}]/gu, '_')
    .slice(0, MAX_VALUE_CHARACTERS)
    .toWellFormed();
  return part === '' || part === '.' || part === '..' ? '_' : part;
}

/** The placeholders of a template: `allowed`, and of these `required`. */
export interface PlaceholderRule {
  readonly allowed: readonly KeyPlaceholder[];
  readonly required?: readonly KeyPlaceholder[];
}

/** The fault of the placeholders of a template, or undefined: an unknown or missing placeholder, or a stray brace. */
export function findPlaceholderFault(template: string, rule: PlaceholderRule): string | undefined {
  const used = Array.from(template.matchAll(PLACEHOLDER), ([, name = '']) => name);
  const unknown = used.find((name) => !rule.allowed.some((allowed) => allowed === name));
  if (unknown !== undefined)
    return `{${unknown}} is not a placeholder; known are ${rule.allowed.map((name) => `{${name}}`).join(', ')}`;
  const absent = rule.required?.find((name) => !used.includes(name));
  if (absent !== undefined) return `it must contain {${absent}}`;
  return /[{}]/.test(template.replace(PLACEHOLDER, 'x'))
    ? 'it holds a brace that encloses no placeholder'
    : undefined;
}

/** The fault of a template of keys, or undefined. */
export function findKeyTemplateFault(template: string, rule: PlaceholderRule): string | undefined {
  const fault = findPlaceholderFault(template, rule);
  if (fault !== undefined) return fault;
  const key = template.replace(PLACEHOLDER, 'x');
  if (isReservedKey(key)) return `it is in one of the folders ${RESERVED_FOLDERS.join(', ')}`;
  return findPathKeyFault(key);
}

/** Patterns of the values that Trainyard itself gives to a placeholder. */
const VALUE_PATTERNS: Readonly<Record<KeyPlaceholder, string>> = {
  output_name: '(?:actor|style)_[^/]+',
  model_name: '(?:actor|style)_[^/]+',
  training_id: '[^/]+',
  attempt: '\\d+',
  kind: '(?:actor|style)',
  subject_id: '[^/]+',
  version: '[^/]+',
};

/**
 * Whether a template gives a key to some training or attempt. The patterns of the values are wide: a key that could be
 * another training's counts as given to it.
 */
export function matchesKeyTemplate(template: string, key: string): boolean {
  const pattern = template
    .split(PLACEHOLDER)
    .map((part, index) => (index % 2 === 1 ? toValuePattern(part) : escapeForPattern(part)))
    .join('');
  return new RegExp(`^${pattern}$`, 'u').test(key);
}

function toValuePattern(name: string): string {
  return Object.hasOwn(VALUE_PATTERNS, name)
    ? VALUE_PATTERNS[name as KeyPlaceholder]
    : escapeForPattern(`{${name}}`);
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

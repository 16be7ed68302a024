import { ObjectInfoError } from '../errors.ts';

/** An input as the /object_info of a container declares it. */
export interface DeclaredInput {
  readonly required: boolean;
  /** ComfyUI's type; CHOICE for a list. */
  readonly type: string;
  readonly choices?: readonly Choice[];
  readonly min?: number;
  readonly max?: number;
}

/** A value of a choice input. */
type Choice = string | number | boolean;

/** A node class as a container declares it. */
export interface DeclaredClass {
  readonly inputs: Readonly<Record<string, DeclaredInput>>;
  /** Types of the outputs, by slot; CHOICE for a list. */
  readonly outputs: readonly string[];
  readonly isOutput: boolean;
}

/** The node classes of a container by name. */
export type DeclaredClasses = Readonly<Record<string, DeclaredClass>>;

/** The largest document that is read, in bytes. */
export const MAX_OBJECT_INFO_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 32;

/**
 * Parses the response of a container to `GET /object_info`. Throws {@link ObjectInfoError} for a document that is larger
 * than 16 MiB, nested deeper than 32 levels, no JSON, or no object of node classes.
 */
export function parseObjectInfo(bytes: Uint8Array): DeclaredClasses {
  if (bytes.length > MAX_OBJECT_INFO_BYTES)
    throw new ObjectInfoError(`it has ${bytes.length} bytes; at most 16 MiB are read`);
  const json = parseJson(decode(bytes));
  const classes = readClasses(json);
  if (Object.keys(classes).length === 0)
    throw new ObjectInfoError('it holds no node class; save the answer to GET /object_info of the container');
  return classes;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ObjectInfoError('it is not valid UTF-8', { cause });
  }
}

function parseJson(text: string): unknown {
  const depth = measureDepth(text);
  if (depth > MAX_DEPTH) throw new ObjectInfoError(`it is nested deeper than ${MAX_DEPTH} levels`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ObjectInfoError(`it is not JSON: ${reason}`, { cause });
  }
}

/** The nesting of brackets outside strings, counted before the text is parsed; it stops above the limit. */
function measureDepth(text: string): number {
  let [depth, deepest, inString] = [0, 0, false];
  for (let at = 0; at < text.length && deepest <= MAX_DEPTH; at += 1) {
    const character = text[at] ?? '';
    if (inString && character === '\\') at += 1;
    else if (character === '"') inString = !inString;
    else if (!inString && '[{'.includes(character)) depth += 1;
    else if (!inString && ']}'.includes(character)) depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** Reads the node classes of a parsed document. Entries that are no class are left out. */
export function readClasses(objectInfo: unknown): DeclaredClasses {
  if (!isRecord(objectInfo)) return {};
  const entries = Object.entries(objectInfo).filter(([, declared]) => isRecord(getField(declared, 'input')));
  return Object.fromEntries(entries.map(([name, declared]) => [name, readClass(declared)]));
}

function readClass(declared: unknown): DeclaredClass {
  const inputs = getField(declared, 'input');
  const outputs = getField(declared, 'output');
  return {
    inputs: {
      ...readInputs(getField(inputs, 'required'), true),
      ...readInputs(getField(inputs, 'optional'), false),
    },
    outputs: Array.isArray(outputs) ? outputs.map(readOutput) : [],
    isOutput: getField(declared, 'output_node') === true,
  };
}

function readOutput(type: unknown): string {
  return Array.isArray(type) || type === 'COMBO' ? 'CHOICE' : String(type);
}

function readInputs(inputs: unknown, required: boolean): Record<string, DeclaredInput> {
  if (!isRecord(inputs)) return {};
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, readInput(input, required)]),
  );
}

/** A choice is a plain list of its values; in newer versions it is ["COMBO", { options }]. */
function readInput(input: unknown, required: boolean): DeclaredInput {
  const [type, options]: readonly unknown[] = Array.isArray(input) ? input : [];
  const listed = Array.isArray(type) ? type : getField(options, 'options');
  if (Array.isArray(listed)) return { required, type: 'CHOICE', choices: listed.filter(isChoice) };
  const [min, max] = [getField(options, 'min'), getField(options, 'max')];
  return {
    required,
    type: String(type),
    ...(typeof min === 'number' && { min: toSafe(type, min) }),
    ...(typeof max === 'number' && { max: toSafe(type, max) }),
  };
}

/** JSON numbers above 2^53 - 1 lose precision, so a larger bound of a seed is the same as this one. */
function toSafe(type: unknown, bound: number): number {
  if (type !== 'INT') return bound;
  return Math.min(Math.max(bound, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

function isChoice(value: unknown): value is Choice {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function getField(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

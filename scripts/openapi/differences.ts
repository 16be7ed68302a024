type Json = unknown;
type JsonObject = Readonly<Record<string, Json>>;

/** Difference between two documents at a place, which is written as a JSON Pointer without escapes. */
export interface OpenApiDifference {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly before?: Json;
  readonly after?: Json;
}

/** Name that was changed on purpose. It names a property, a parameter, a path or a value of an enumeration. */
export interface OpenApiRename {
  readonly before: string;
  readonly after: string;
  /** Places at which the rename applies; by default all. */
  readonly at?: RegExp;
}

/** Fields that hold text for readers; a program does not depend on them. */
const TEXT_FIELDS = new Set(['summary', 'description', 'title', 'tags', 'example', 'examples', 'info']);
/** Objects whose keys are names of the API, not fields of OpenAPI. */
const NAME_MAPS = new Set([
  '$defs',
  'callbacks',
  'content',
  'headers',
  'paths',
  'patternProperties',
  'properties',
  'responses',
  'schemas',
  'securitySchemes',
]);
/** Lists of names without an order. */
const NAME_SETS = new Set(['enum', 'required']);

/**
 * Lists the differences of two OpenAPI documents that a program can notice, after the renames are applied to the older one.
 */
export function findOpenApiDifferences(
  before: Json,
  after: Json,
  renames: readonly OpenApiRename[] = [],
): readonly OpenApiDifference[] {
  const rename = (name: string, path: string): string =>
    renames.find((each) => each.before === name && (each.at?.test(path) ?? true))?.after ?? name;
  return compare(
    '',
    normalize(before, '', rename),
    normalize(after, '', (name) => name),
  );
}

type Rename = (name: string, path: string) => string;

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function getField(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Drops texts, applies the renames, and turns sets and parameters into objects, which have no order. */
function normalize(value: Json, path: string, rename: Rename): Json {
  if (Array.isArray(value)) return normalizeList(value, path, rename);
  if (isObject(value)) return normalizeObject(value, path, rename);
  return typeof value === 'string' && getField(path) === 'const' ? rename(value, path) : value;
}

function normalizeList(list: readonly Json[], path: string, rename: Rename): Json {
  const field = getField(path);
  if (NAME_SETS.has(field) && !isNameMapPath(path))
    return Object.fromEntries(list.map((each) => [rename(String(each), path), true]));
  const items = list.map((each, index) => normalize(each, `${path}/${index}`, rename));
  return field === 'parameters'
    ? Object.fromEntries(items.map((each) => [toParameterKey(each), each]))
    : items;
}

function normalizeObject(value: JsonObject, path: string, rename: Rename): Json {
  const holdsNames = isNameMap(path);
  const entries = Object.entries(value).filter(([key]) => holdsNames || !TEXT_FIELDS.has(key));
  return Object.fromEntries(
    entries.map(([key, each]) => {
      if (holdsNames) return [rename(key, path), normalize(each, `${path}/${key}`, rename)];
      const isParameterName = key === 'name' && typeof each === 'string' && 'in' in value;
      return [key, isParameterName ? rename(each, path) : normalize(each, `${path}/${key}`, rename)];
    }),
  );
}

/** A property called `properties` is a schema, not a map of names: its parent is a map already. */
function isNameMap(path: string): boolean {
  return NAME_MAPS.has(getField(path)) && !isNameMapPath(path);
}

function isNameMapPath(path: string): boolean {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return parent !== '' && isNameMap(parent);
}

function toParameterKey(parameter: Json): string {
  return isObject(parameter) ? `${String(parameter['in'])} ${String(parameter['name'])}` : toText(parameter);
}

function toText(value: Json): string {
  return JSON.stringify(value);
}

function compare(path: string, before: Json, after: Json): readonly OpenApiDifference[] {
  if (isObject(before) && isObject(after)) return compareObjects(path, before, after);
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((each, index) => compare(`${path}/${index}`, each, after[index]));
  return toText(before) === toText(after) ? [] : [{ path, kind: 'changed', before, after }];
}

function compareObjects(path: string, before: JsonObject, after: JsonObject): readonly OpenApiDifference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name): readonly OpenApiDifference[] => {
    const place = `${path}/${name}`;
    if (!Object.hasOwn(after, name)) return [{ path: place, kind: 'removed', before: before[name] }];
    if (!Object.hasOwn(before, name)) return [{ path: place, kind: 'added', after: after[name] }];
    return compare(place, before[name], after[name]);
  });
}

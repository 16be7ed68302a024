/** Object of a JSON document. */
export type JsonObject = Readonly<Record<string, unknown>>;

type Schemas = Readonly<Record<string, unknown>>;

const PREFIX = '#/components/schemas/';
/** The generator writes each schema twice: as it is received, with this suffix, and as it is sent. */
const RECEIVED = /Input$/;

/** Whether a value is an object of a JSON document. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns a copy of a JSON value in which each object is replaced, innermost first. */
function mapObjects(value: unknown, change: (object: JsonObject) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => mapObjects(each, change));
  if (!isObject(value)) return value;
  return change(
    Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapObjects(each, change)])),
  );
}

/**
 * Describes a tuple, which the generator writes as `items: []` of an older JSON Schema, by its types and length. Schemathesis
 * refuses `items: []` and converts `prefixItems` back to it.
 */
export function describeTuples(document: unknown): unknown {
  return mapObjects(document, ({ items, prefixItems, ...rest }) => {
    const tuple = [items, prefixItems].find((each) => Array.isArray(each));
    if (tuple) return { ...rest, items: mergeItems(tuple), minItems: tuple.length, maxItems: tuple.length };
    return {
      ...rest,
      ...(items !== undefined && { items }),
      ...(prefixItems !== undefined && { prefixItems }),
    };
  });
}

function mergeItems(items: readonly unknown[]): unknown {
  const different = new Map(items.map((each) => [JSON.stringify(each), each]));
  return different.size === 1 ? items[0] : { anyOf: [...different.values()] };
}

/**
 * Keeps the schemas that the document uses. A schema whose sent and received forms are equal, or that is used in one form
 * only, appears once under its own name.
 */
export function tidySchemas<D extends { readonly components?: unknown }>(document: D): D {
  const { schemas, ...components } = document.components as { readonly schemas: Schemas };
  const { components: _, ...rest } = document;
  const names = findReachable([rest, components], schemas);
  const merged = new Map([...names].map((name) => [name, chooseName(name, names, schemas)]));
  const kept = [...names].filter((name) => merged.get(name) === name || !names.has(merged.get(name) ?? name));
  const entries = kept.map((name) => [merged.get(name) ?? name, schemas[name]] as const);
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return renameReferences(
    { ...rest, components: { schemas: Object.fromEntries(sorted), ...components } },
    merged,
  ) as D;
}

function findReachable(roots: unknown, schemas: Schemas): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    for (const name of listReferences(value)) {
      if (found.has(name) || !Object.hasOwn(schemas, name)) continue;
      found.add(name);
      visit(schemas[name]);
    }
  };
  visit(roots);
  return found;
}

function listReferences(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(listReferences);
  if (typeof value === 'string') return value.startsWith(PREFIX) ? [value.slice(PREFIX.length)] : [];
  return isObject(value) ? Object.values(value).flatMap(listReferences) : [];
}

/** The name without the suffix, unless the sent form is used too and differs. */
function chooseName(name: string, used: ReadonlySet<string>, schemas: Schemas): string {
  const own = name.replace(RECEIVED, '');
  if (own === name || !Object.hasOwn(schemas, own)) return name;
  return !used.has(own) || isSame(schemas[name], schemas[own], schemas) ? own : name;
}

/** Whether two schemas are equal apart from references to the two forms of an equal schema. */
function isSame(received: unknown, sent: unknown, schemas: Schemas): boolean {
  if (Array.isArray(received) && Array.isArray(sent))
    return received.length === sent.length && received.every((each, n) => isSame(each, sent[n], schemas));
  if (isObject(received) && isObject(sent)) {
    const names = new Set([...Object.keys(received), ...Object.keys(sent)]);
    return [...names].every((name) => isSame(received[name], sent[name], schemas));
  }
  if (received === sent) return true;
  const [a, b] = [received, sent].map((each) => String(each).replace(PREFIX, ''));
  if (a === undefined || b === undefined || a.replace(RECEIVED, '') !== b) return false;
  return isSame(schemas[a], schemas[b], schemas);
}

function renameReferences(document: unknown, names: ReadonlyMap<string, string>): unknown {
  const rename = (value: unknown): unknown => {
    if (typeof value !== 'string' || !value.startsWith(PREFIX)) return value;
    const name = value.slice(PREFIX.length);
    return `${PREFIX}${names.get(name) ?? name}`;
  };
  return mapObjects(document, (object) =>
    Object.fromEntries(Object.entries(object).map(([name, value]) => [name, rename(value)])),
  );
}

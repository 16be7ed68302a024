import { isDeepStrictEqual } from 'node:util';
import type { ImportResult, ObjectStore, SourceDocument } from '@trainyard/application';
import { type SubjectKind, toSubjectId } from '@trainyard/domain';
import { getId, isObject, type JsonObject, type ListLocation, readList, updateDocument } from './document.ts';
import { findFault, findFaults, toFaultNotes } from './entry-faults.ts';

/** How entries of a kind are merged into a list. */
export interface MergeRule {
  readonly location: ListLocation;
  /** Kind of subject of the entries; absent for other lists. */
  readonly kind?: SubjectKind;
  /** Name of an entry in import results. */
  readonly toName: (id: string) => string;
  /** Throws CorruptDocumentError for an entry that would make the list unreadable. */
  readonly check: (entry: JsonObject, index: number, key: string) => void;
  /** Merges an imported entry into a known entry; returns the same object if it stays unchanged. */
  readonly fill: (known: JsonObject, given: JsonObject) => JsonObject;
}

/**
 * Merges a list of the source into one of the store by compare-and-swap. Known entries are only filled.
 * Throws {@link CorruptDocumentError} if either list is corrupt.
 */
export async function mergeList(
  store: ObjectStore,
  rule: MergeRule,
  document: SourceDocument,
): Promise<readonly ImportResult[]> {
  const given = selectMergeable(rule, document);
  const results = await updateDocument(store, rule.location.key, (json) => {
    const list = readList(rule.location, json);
    const { items, results: result } = mergeEntries(rule, list.items, given.items, document.name);
    const isChanged = result.some(({ outcome }) => outcome === 'added' || outcome === 'filled');
    return isChanged ? { result, json: list.withItems(items) } : { result };
  });
  return [...results, ...given.results];
}

function toResultSubject({ kind }: MergeRule, id: string): Pick<ImportResult, 'subject'> {
  return kind === undefined ? {} : { subject: { kind, id } };
}

/** Identity of an entry: `19` and `0019` are one actor. */
function toKey({ kind }: MergeRule, id: string): string {
  return kind === undefined ? id : toSubjectId(kind, id);
}

interface MergeResult {
  readonly items: readonly JsonObject[];
  readonly results: readonly ImportResult[];
}

/**
 * Separates the valid entries of the source from invalid ones, which are reported as refused. Entries of one actor under
 * several spellings of its id are joined with a warning, or all refused if their values differ. Of entries with the same id
 * the first one counts.
 */
function selectMergeable(rule: MergeRule, { name, json }: SourceDocument): MergeResult {
  const results: ImportResult[] = [];
  const selected = new Map<string, JsonObject>();
  const ambiguous = new Set<string>();
  for (const [index, entry] of readList({ ...rule.location, key: name }, json).items.entries()) {
    const id = getId(entry);
    const note = { item: rule.toName(id || `entry ${index + 1}`), source: name };
    const fault = findFault(() => rule.check(entry, index, name));
    const key = toKey(rule, id ?? '');
    const first = selected.get(key);
    if (fault !== undefined) {
      const isNamed = Boolean(id) || fault.endsWith('is not an object');
      const detail = isNamed ? fault : `entry ${index + 1} has no id`;
      results.push({ outcome: 'refused', ...note, detail });
    } else if (first) {
      const joined = joinEntries(rule, first, entry);
      results.push({ ...joined.result, ...note });
      if (joined.entry) selected.set(key, joined.entry);
      else if (getId(first) !== id) ambiguous.add(key);
    } else selected.set(key, entry);
  }
  for (const key of ambiguous) {
    const item = rule.toName(getId(selected.get(key) ?? {}) ?? key);
    const detail = 'the source has a different entry of it under another spelling of its id';
    results.push({ outcome: 'refused', item, source: name, detail });
  }
  const items = [...selected].filter(([key]) => !ambiguous.has(key)).map(([, entry]) => entry);
  return { items, results };
}

/** Joins two entries of the source with the same identity; without `entry` in the answer they cannot be joined. */
function joinEntries(
  rule: MergeRule,
  first: JsonObject,
  entry: JsonObject,
): { readonly result: Pick<ImportResult, 'outcome' | 'detail'>; readonly entry?: JsonObject } {
  const [firstId, id] = [getId(first) ?? '', getId(entry) ?? ''];
  const { kind } = rule;
  if (firstId === id) return { result: { outcome: 'refused', detail: 'the id occurs twice' } };
  const key = toKey(rule, id);
  const fields = listDifferingFields(first, entry);
  if (fields.length === 0) {
    const detail = `joined with ${rule.toName(firstId)}: one ${kind}, ${key}`;
    return { result: { outcome: 'warning', detail }, entry: rule.fill(first, entry) };
  }
  const differing = `${kind} ${firstId} and ${id} are one ${kind}, ${key}, and differ in ${fields.join(', ')}`;
  return { result: { outcome: 'refused', detail: `${differing}; keep one of them` } };
}

/** Lists the fields that both entries have with different values, without their ids. */
function listDifferingFields(one: JsonObject, other: JsonObject): readonly string[] {
  return Object.keys(other).filter(
    (name) =>
      name !== 'id' &&
      !isEmpty(one[name]) &&
      !isEmpty(other[name]) &&
      !isDeepStrictEqual(one[name], other[name]),
  );
}

function mergeEntries(
  rule: MergeRule,
  known: readonly JsonObject[],
  given: readonly JsonObject[],
  source: string,
): MergeResult {
  const items = [...known];
  const { key } = rule.location;
  const faults = findFaults(known, (entry, index) => rule.check(entry, index, key));
  const ambiguities = findAmbiguities(rule, known);
  const indexByKey = new Map(known.map((entry, index) => [toKey(rule, getId(entry) ?? ''), index]));
  const merged = given.flatMap((entry): readonly ImportResult[] => {
    const id = getId(entry) ?? '';
    const index = indexByKey.get(toKey(rule, id));
    const before = index === undefined ? undefined : items[index];
    const item = rule.toName(id);
    if (index === undefined || before === undefined) {
      indexByKey.set(toKey(rule, id), items.push(entry) - 1);
      return [{ outcome: 'added', item, source, ...toResultSubject(rule, id) }];
    }
    const fault = ambiguities.get(toKey(rule, id)) ?? faults.get(before);
    if (fault !== undefined) return [{ outcome: 'refused', item, source, detail: fault }];
    const after = rule.fill(before, entry);
    items[index] = after;
    const joined = reportAlias(rule, { id, knownId: getId(before) ?? '', source });
    if (after === before) return [...joined, { outcome: 'kept', item, source }];
    return [...joined, { outcome: 'filled', item, source, detail: listChangedFields(before, after) }];
  });
  const toItem = (entry: JsonObject, index: number) => rule.toName(getId(entry) ?? `entry ${index + 1}`);
  return { items, results: [...merged, ...toFaultNotes({ key, entries: known, faults }, toItem, merged)] };
}

/** Faults of subjects with several stored entries, by subject: no rule says which of them an import fills. */
function findAmbiguities(rule: MergeRule, known: readonly JsonObject[]): ReadonlyMap<string, string> {
  const { kind, location } = rule;
  const groups = Map.groupBy(known, (entry) => toKey(rule, getId(entry) ?? ''));
  return new Map(
    [...groups].flatMap(([key, entries]) =>
      kind === undefined || key === '' || entries.length === 1
        ? []
        : [[key, `${location.key}: ${kind} ${key} has ${entries.length} entries; merge them into one entry`]],
    ),
  );
}

function reportAlias(
  rule: MergeRule,
  { id, knownId, source }: { readonly id: string; readonly knownId: string; readonly source: string },
): readonly ImportResult[] {
  if (id === knownId) return [];
  const detail = `joined with ${rule.toName(knownId)} of the catalogue: one ${rule.kind}, ${toKey(rule, id)}`;
  return [{ outcome: 'warning', item: rule.toName(id), source, detail }];
}

/**
 * Fills empty fields of `known` from `given`, recursively in nested objects. Returns the same object if all
 * fields are filled already.
 */
export function fillEmptyFields(
  known: JsonObject,
  given: JsonObject,
  protectedFields: readonly string[] = [],
): JsonObject {
  const fields = Object.entries(given).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
    const knownValue = known[name];
    if (protectedFields.includes(name) || isEmpty(value)) return [];
    if (isEmpty(knownValue)) return [[name, value]];
    if (!isObject(knownValue) || !isObject(value)) return [];
    const filled = fillEmptyFields(knownValue, value);
    return filled === knownValue ? [] : [[name, filled]];
  });
  return fields.length === 0 ? known : { ...known, ...Object.fromEntries(fields) };
}

/** Whether a field may be filled: undefined, null, '' and [] are empty; false and 0 are not. */
export function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

/** Lists the names of the fields that differ. */
export function listChangedFields(before: JsonObject, after: JsonObject): string {
  return Object.keys(after)
    .filter((name) => after[name] !== before[name])
    .join(', ');
}

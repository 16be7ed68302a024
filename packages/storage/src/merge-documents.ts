import type { ImportResult, MergeOptions, ObjectStore, SourceDocument } from '@trainyard/application';
import type { SubjectKind } from '@trainyard/domain';
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
  { dryRun }: MergeOptions,
): Promise<readonly ImportResult[]> {
  const given = selectMergeable(rule, document);
  const notes = await updateDocument(store, rule.location.key, (json) => {
    const list = readList(rule.location, json);
    const { items, notes: result } = mergeEntries(rule, list.items, given.items, document.name);
    const isChanged = result.some(({ outcome }) => outcome === 'added' || outcome === 'filled');
    return isChanged && !dryRun ? { result, json: list.withItems(items) } : { result };
  });
  return [...notes, ...given.notes];
}

function toNoteSubject({ kind }: MergeRule, id: string): Pick<ImportResult, 'subject'> {
  return kind === undefined ? {} : { subject: { kind, id } };
}

interface MergeResult {
  readonly items: readonly JsonObject[];
  readonly notes: readonly ImportResult[];
}

/**
 * Separates the valid entries of the source from invalid entries and duplicates, which are reported as
 * refused.
 */
function selectMergeable(rule: MergeRule, { name, json }: SourceDocument): MergeResult {
  const notes: ImportResult[] = [];
  const seen = new Set<string>();
  const items = readList({ ...rule.location, key: name }, json).items.filter((entry, index) => {
    const item = rule.toName(getId(entry) ?? `entry ${index + 1}`);
    const fault =
      findFault(() => rule.check(entry, index, name)) ?? (seen.has(item) ? 'the id occurs twice' : undefined);
    seen.add(item);
    if (fault !== undefined) notes.push({ outcome: 'refused', item, source: name, detail: fault });
    return fault === undefined;
  });
  return { items, notes };
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
  const indexById = new Map(known.map((entry, index) => [getId(entry), index]));
  const merged = given.map((entry): ImportResult => {
    const id = getId(entry) ?? '';
    const index = indexById.get(id);
    const before = index === undefined ? undefined : items[index];
    const item = rule.toName(id);
    if (index === undefined || before === undefined) {
      indexById.set(id, items.push(entry) - 1);
      return { outcome: 'added', item, source, ...toNoteSubject(rule, id) };
    }
    const fault = faults.get(before);
    if (fault !== undefined) return { outcome: 'refused', item, source, detail: fault };
    const after = rule.fill(before, entry);
    items[index] = after;
    if (after === before) return { outcome: 'kept', item, source };
    return { outcome: 'filled', item, source, detail: listChangedFields(before, after) };
  });
  const toItem = (entry: JsonObject, index: number) => rule.toName(getId(entry) ?? `entry ${index + 1}`);
  return { items, notes: [...merged, ...toFaultNotes({ key, entries: known, faults }, toItem, merged)] };
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

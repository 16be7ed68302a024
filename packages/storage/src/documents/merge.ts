import {
  CorruptDocumentError,
  type ImportResult,
  type MergeOptions,
  type ObjectStore,
  type SourceDocument,
} from '@trainyard/application';
import type { SubjectKind } from '@trainyard/domain';
import { type JsonObject, updateDocument } from './document.ts';
import { getId, isObject, type ListLocation, readList } from './parse.ts';

/** How entries of one kind are merged. */
export interface MergeRule {
  readonly location: ListLocation;
  /** What its entries are, where they are actors or styles. */
  readonly kind?: SubjectKind;
  /** What a note calls an entry of this id. */
  readonly toName: (id: string) => string;
  /** Throws CorruptDocumentError for an entry that would make the list unreadable. */
  readonly check: (entry: JsonObject, index: number, key: string) => void;
  /** What becomes of one that is known; the same object when nothing does. */
  readonly fill: (known: JsonObject, given: JsonObject) => JsonObject;
}

/** Merges a list of the source into one of the store, by compare-and-swap. Throws CorruptDocumentError. */
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

/** The entries that can be taken, and a note on each that cannot. */
function selectMergeable(rule: MergeRule, { name, json }: SourceDocument): MergeResult {
  const notes: ImportResult[] = [];
  const seen = new Set<string>();
  const items = readList({ ...rule.location, key: name }, json).items.filter((entry, index) => {
    const item = rule.toName(getId(entry) ?? `entry ${index + 1}`);
    const fault =
      findFault(() => rule.check(entry, index, name)) ?? (seen.has(item) ? 'it is there twice' : undefined);
    seen.add(item);
    if (fault !== undefined) notes.push({ outcome: 'refused', item, source: name, detail: fault });
    return fault === undefined;
  });
  return { items, notes };
}

function findFault(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof CorruptDocumentError) return error.message;
    throw error;
  }
}

function mergeEntries(
  rule: MergeRule,
  known: readonly JsonObject[],
  given: readonly JsonObject[],
  source: string,
): MergeResult {
  const items = [...known];
  const indexById = new Map(known.map((entry, index) => [getId(entry), index]));
  const notes = given.map((entry): ImportResult => {
    const id = getId(entry) ?? '';
    const index = indexById.get(id);
    const before = index === undefined ? undefined : items[index];
    const item = rule.toName(id);
    if (index === undefined || before === undefined) {
      indexById.set(id, items.push(entry) - 1);
      return { outcome: 'added', item, source, ...toNoteSubject(rule, id) };
    }
    const after = rule.fill(before, entry);
    items[index] = after;
    if (after === before) return { outcome: 'kept', item, source };
    return { outcome: 'filled', item, source, detail: listChangedFields(before, after) };
  });
  return { items, notes };
}

/** What of this the other lacks, also inside of fields that both have. Without such, the same object comes back. */
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

/** A field that says nothing may be filled; false and 0 say something. */
export function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

/** The names of the fields that were filled. */
export function listChangedFields(before: JsonObject, after: JsonObject): string {
  return Object.keys(after)
    .filter((name) => after[name] !== before[name])
    .join(', ');
}

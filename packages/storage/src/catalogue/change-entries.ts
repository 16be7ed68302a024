import { SubjectAmbiguousError, SubjectNotFoundError, type TrainingDataChange } from '@trainyard/application';
import { booleanField } from '@trainyard/contracts';
import { omitUndefined, type Subject, type SubjectKind } from '@trainyard/domain';
import { type Change, isObject, type JsonObject, type ListLocation, readList } from '../document.ts';
import { fillEmptyFields, isEmpty, type MergeRule } from '../merge-documents.ts';
import { findAmbiguities, findSubjectId } from './ambiguities.ts';
import { parseActor, parseStyle } from './entries.ts';

/** Builds the rule that merges actors or styles of a legacy tool into the catalogue. */
export function createSubjectRule(kind: SubjectKind, location: ListLocation): MergeRule {
  return {
    location,
    kind,
    toName: (id) => `${kind} ${id}`,
    check: (entry, index, key) => void (kind === 'actor' ? parseActor : parseStyle)(key, entry, index),
    fill: fillSubject,
  };
}

/**
 * Builds the change that updates the training data of actors, by actor id; absent fields and actors with
 * several entries are unchanged. An equal document is not written.
 */
export function setTrainingData(location: ListLocation, changes: ReadonlyMap<string, TrainingDataChange>) {
  return (json: unknown): Change<void> => {
    const list = readList(location, json);
    const ambiguities = findAmbiguities({ key: location.key, kind: 'actor' }, list.items);
    const items = list.items.map((entry) => {
      const id = findSubjectId('actor', entry) ?? '';
      const change = ambiguities.has(id) ? undefined : changes.get(id);
      if (!change) return entry;
      const own = getField(entry, 'training_data');
      const data = isObject(own) ? own : {};
      const { s3Urls, count, synced } = change;
      const fields = omitUndefined({ s3_urls: s3Urls, count, synced });
      return hasSameValues(data, fields) ? entry : { ...entry, training_data: { ...data, ...fields } };
    });
    const isChanged = items.some((entry, index) => entry !== list.items[index]);
    return isChanged ? { result: undefined, json: list.withItems(items) } : { result: undefined };
  };
}

/**
 * Builds the change that sets flags in the entry of a subject; an equal entry is not written. The change
 * throws {@link SubjectNotFoundError}, and {@link SubjectAmbiguousError} for a subject with several entries.
 */
export function setFlags(
  location: ListLocation,
  subject: Subject,
  flags: Readonly<Record<string, boolean>>,
): (json: unknown) => Change<void> {
  return (json) => {
    const list = readList(location, json);
    const ambiguity = findAmbiguities({ key: location.key, kind: subject.kind }, list.items).get(subject.id);
    if (ambiguity) throw new SubjectAmbiguousError(ambiguity);
    const index = list.items.findIndex((item) => findSubjectId(subject.kind, item) === subject.id);
    const entry = list.items[index];
    if (!entry) throw new SubjectNotFoundError(subject);
    if (Object.entries(flags).every(([name, value]) => readFlag(entry[name]) === value))
      return { result: undefined };
    return { result: undefined, json: list.withItems(list.items.with(index, { ...entry, ...flags })) };
  };
}

/** Other tools write a flag as "true" or 1; an absent flag is false. */
function readFlag(value: unknown): boolean | undefined {
  return value === undefined || value === null ? false : booleanField.safeParse(value).data;
}

function hasSameValues(data: JsonObject, change: JsonObject): boolean {
  return Object.entries(change).every(
    ([name, value]) => JSON.stringify(data[name]) === JSON.stringify(value),
  );
}

/**
 * Image addresses, count and sync state are taken over together or not at all, since they depend on each
 * other.
 */
function fillSubject(known: JsonObject, given: JsonObject): JsonObject {
  const [own, theirs] = [known, given].map((entry) => getField(entry, 'training_data'));
  const whole = isEmpty(getField(own, 's3_urls')) && !isEmpty(getField(theirs, 's3_urls'));
  const filled = fillEmptyFields(known, given, ['id']);
  if (!whole || !isObject(own) || !isObject(theirs)) return filled;
  return { ...filled, training_data: { ...own, ...theirs } };
}

function getField(entry: unknown, name: string): unknown {
  return isObject(entry) ? entry[name] : undefined;
}

import { SubjectNotFoundError } from '@trainyard/application';
import type { Subject } from '@trainyard/domain';
import type { Change, JsonObject } from '../documents/document.ts';
import { type ListLocation, readList } from '../documents/parse.ts';

/**
 * Sets flags in one subject's entry, leaving the rest as it is; nothing is written when they are so already.
 * Throws {@link SubjectNotFoundError}.
 */
export function setFlags(
  location: ListLocation,
  subject: Subject,
  flags: Readonly<Record<string, boolean>>,
): (json: unknown) => Change<void> {
  return (json) => {
    const list = readList(location, json);
    const index = list.items.findIndex((item) => getId(item) === subject.id);
    const entry = list.items[index];
    if (!entry) throw new SubjectNotFoundError(subject);
    if (Object.entries(flags).every(([name, value]) => Boolean(entry[name]) === value))
      return { result: undefined };
    return { result: undefined, json: list.withItems(list.items.with(index, { ...entry, ...flags })) };
  };
}

/** The id of an entry as text, however the file writes it. */
export function getId(entry: JsonObject): string | undefined {
  const { id } = entry as { readonly id?: unknown };
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

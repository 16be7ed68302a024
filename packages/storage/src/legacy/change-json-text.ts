import { isDeepStrictEqual } from 'node:util';
import jsonc, { type Node } from 'jsonc-parser';
import { isObject, type JsonObject } from '../document.ts';
import { toStrictJson, withLenientNumbers } from '../lenient-json.ts';

/** How the entries of a list are compared with those of a text. */
export interface ListEntries {
  /** The identities of an entry; entries with a common one are the same. */
  readonly getIds: (entry: JsonObject) => readonly string[];
  /** Whether an entry that is missing in the new value was removed; otherwise it was never read, and stays. */
  readonly isRemoved: (entry: JsonObject) => boolean;
}

/** A change of a JSON document. */
export interface JsonChange {
  readonly before: unknown;
  readonly after: unknown;
  /** The rule of the list with this name, `''` for the document itself; other lists are replaced as a whole. */
  readonly getEntries: (name: string) => ListEntries | undefined;
}

/**
 * Applies the difference of two values to the text of a JSON document. Every character of an unchanged value stays: order,
 * numbers beyond 2^53, escapes, white space and line ends. A field that is new is appended with the white space of its
 * neighbors. An unchanged document is returned as it is. Throws SyntaxError for a text that is no JSON.
 */
export function changeJsonText(text: string, { before, after, getEntries }: JsonChange): string {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const strict = toStrictJson(text.slice(mark.length));
  const root = jsonc.parseTree(strict);
  if (!root) throw new SyntaxError('the document is empty');
  const writer: Writer = { text: strict, getEntries, ...detectStyle(strict) };
  const [head, tail] = [strict.slice(0, root.offset), strict.slice(root.offset + root.length)];
  const body = writeValue(writer, root, { before, after, name: '', indent: '' });
  return `${mark}${withLenientNumbers(`${head}${body}${tail}`)}`;
}

interface Style {
  /** Indentation of a level; undefined for a document on one line. */
  readonly unit: string | undefined;
  readonly lineEnd: string;
}

interface Writer extends Style, Pick<JsonChange, 'getEntries'> {
  readonly text: string;
}

/** The value of a node before and after the change, the name of its field, and the indentation of its line. */
interface NodeChange {
  readonly before: unknown;
  readonly after: unknown;
  readonly name: string;
  readonly indent: string;
}

function detectStyle(text: string): Style {
  const unit = /\n([ \t]+)\S/.exec(text)?.[1];
  return {
    unit: unit ?? (text.trimEnd().includes('\n') ? '' : undefined),
    lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

function getText({ text }: Writer, { offset, length }: Node): string {
  return text.slice(offset, offset + length);
}

function writeValue(writer: Writer, node: Node, change: NodeChange): string {
  const { before, after, name, indent } = change;
  if (isDeepStrictEqual(before, after)) return getText(writer, node);
  if (node.type === 'object' && isObject(before) && isObject(after))
    return writeObject(writer, node, { before, after, indent });
  const entries = writer.getEntries(name);
  if (node.type === 'array' && entries && Array.isArray(before) && Array.isArray(after))
    return writeList(writer, node, { before, after, indent, entries });
  if (isDeepStrictEqual(toValue(writer, node), after)) return getText(writer, node);
  return writeNew(writer, after, indent);
}

function toValue(writer: Writer, node: Node): unknown {
  return JSON.parse(getText(writer, node));
}

/** Writes a value that the text does not have. */
function writeNew({ unit, lineEnd }: Style, value: unknown, indent: string): string {
  return JSON.stringify(value, null, unit).replaceAll('\n', `${lineEnd}${indent}`);
}

/** A member of an object or list: the white space in front of it, and its text. */
interface Member {
  readonly lead: string;
  readonly text: string;
}

interface ObjectChange {
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly indent: string;
}

function writeObject(writer: Writer, node: Node, { before, after, indent }: ObjectChange): string {
  const properties = node.children ?? [];
  const names = properties.map((property) => String(property.children?.[0]?.value));
  const kept = properties.flatMap((property, index): readonly Member[] => {
    const name = names[index] ?? '';
    const [key, value] = property.children ?? [];
    const lead = getLead(writer, node, index);
    const isRemoved = Object.hasOwn(before, name) && !Object.hasOwn(after, name);
    if (!key || !value || isRemoved) return [];
    // Of repeated names the last one counts; a name that the value before does not have was never read.
    const isCounted = names.lastIndexOf(name) === index && Object.hasOwn(after, name);
    const head = writer.text.slice(key.offset, value.offset);
    const change = { before: before[name], after: after[name], name, indent: toIndent(lead, indent) };
    return [
      { lead, text: `${head}${isCounted ? writeValue(writer, value, change) : getText(writer, value)}` },
    ];
  });
  const added = Object.keys(after).filter(
    (name) => !names.includes(name) && !isDeepStrictEqual(before[name], after[name]),
  );
  const lead = getNewLead(writer, node, indent);
  const colon = getColon(writer, properties[0]);
  const appended = added.map((name): Member => {
    const value = writeNew(writer, after[name], toIndent(lead, indent));
    return { lead, text: `${JSON.stringify(name)}${colon}${value}` };
  });
  return writeMembers(writer, node, { members: [...kept, ...appended], indent });
}

interface ListChange {
  readonly before: readonly unknown[];
  readonly after: readonly unknown[];
  readonly indent: string;
  readonly entries: ListEntries;
}

function writeList(writer: Writer, node: Node, { before, after, indent, entries }: ListChange): string {
  const children = node.children ?? [];
  const originals = children.map((child) => toValue(writer, child));
  const [findBefore, findAfter, findOriginal] = [before, after, originals].map((list) =>
    createEntryIndex(list, entries),
  );
  const kept = children.flatMap((child, index): readonly Member[] => {
    const original = originals[index];
    const lead = getLead(writer, node, index);
    const now = findAfter?.(original);
    if (now === undefined) {
      const isRemoved = isObject(original) && entries.isRemoved(original);
      return isRemoved ? [] : [{ lead, text: getText(writer, child) }];
    }
    const change = { before: findBefore?.(original) ?? original, after: now, name: ENTRY };
    return [{ lead, text: writeValue(writer, child, { ...change, indent: toIndent(lead, indent) }) }];
  });
  const lead = getNewLead(writer, node, indent);
  const added = after.filter((entry) => isObject(entry) && findOriginal?.(entry) === undefined);
  const appended = added.map((entry): Member => {
    return { lead, text: writeNew(writer, entry, toIndent(lead, indent)) };
  });
  return writeMembers(writer, node, { members: [...kept, ...appended], indent });
}

/** The name of a list's entry: no list has it, so that lists in entries are found by the names of their fields only. */
const ENTRY = '\0';

type FindEntry = (entry: unknown) => JsonObject | undefined;

/** Returns a function that finds the entry of a list that is the same as the given one. */
function createEntryIndex(list: readonly unknown[], { getIds }: ListEntries): FindEntry {
  const index = new Map<string, JsonObject>();
  for (const entry of list.filter(isObject))
    for (const id of getIds(entry)) if (!index.has(id)) index.set(id, entry);
  return (entry) => {
    const ids = isObject(entry) ? getIds(entry) : [];
    return ids.map((id) => index.get(id)).find((found) => found !== undefined);
  };
}

/** The white space between the previous member, or the opening bracket, and a member. */
function getLead({ text }: Writer, node: Node, index: number): string {
  const child = node.children?.[index];
  const previous = node.children?.[index - 1];
  const start = previous ? previous.offset + previous.length : node.offset + 1;
  return child ? text.slice(start, child.offset).replace(',', '') : '';
}

/** The white space in front of a new member: that of the last one, or a new line. */
function getNewLead(writer: Writer, node: Node, indent: string): string {
  const count = node.children?.length ?? 0;
  if (count > 0) return getLead(writer, node, count - 1);
  return writer.unit === undefined ? '' : `${writer.lineEnd}${indent}${writer.unit}`;
}

function getColon({ text, unit }: Writer, property: Node | undefined): string {
  const [key, value] = property?.children ?? [];
  if (key && value) return text.slice(key.offset + key.length, value.offset);
  return unit === undefined ? ':' : ': ';
}

function toIndent(lead: string, outer: string): string {
  return lead.includes('\n') ? lead.slice(lead.lastIndexOf('\n') + 1) : outer;
}

function writeMembers(
  writer: Writer,
  node: Node,
  { members, indent }: { readonly members: readonly Member[]; readonly indent: string },
): string {
  const { text, unit, lineEnd } = writer;
  const [open = '', close = ''] = [text[node.offset], text[node.offset + node.length - 1]];
  if (members.length === 0) return `${open}${close}`;
  const last = node.children?.at(-1);
  const tail = last
    ? text.slice(last.offset + last.length, node.offset + node.length - 1)
    : unit === undefined
      ? ''
      : `${lineEnd}${indent}`;
  return `${open}${members.map(({ lead, text: member }) => `${lead}${member}`).join(',')}${tail}${close}`;
}

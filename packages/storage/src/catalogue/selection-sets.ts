import {
  type Catalogue,
  CatalogueEntryUnreadableError,
  type ObjectStore,
  type SelectionSet,
  SelectionSetNotFoundError,
  SubjectNotFoundError,
} from '@trainyard/application';
import { normalizeS3Address, omitUndefined, type S3UrlOptions } from '@trainyard/domain';
import {
  type DocumentList,
  getId,
  type JsonObject,
  type ListLocation,
  type ParsedEntries,
  parseEntries,
  readDocument,
  readList,
  updateDocument,
} from '../document.ts';
import { findFault } from '../entry-faults.ts';
import { type MergeRule, mergeList } from '../merge-documents.ts';
import { parseSelectionSet } from './entries.ts';

type SelectionSets = Pick<
  Catalogue,
  | 'listSelectionSets'
  | 'listSelectionSetFaults'
  | 'createSelectionSet'
  | 'updateSelectionSet'
  | 'deleteSelectionSet'
  | 'mergeSelectionSets'
>;

/** Object store, folder lookup, styles and S3 endpoints that selection sets need. */
export interface SelectionSetDeps {
  readonly store: ObjectStore;
  readonly getFolder: (styleId: string) => Promise<string>;
  readonly style: Catalogue['findStyle'];
  readonly urls: S3UrlOptions;
}

/** Creates the selection sets of each style, stored as `selection_sets.json` in its folder. */
export function createSelectionSets(deps: SelectionSetDeps): SelectionSets {
  return {
    listSelectionSets: async (styleId) => (await readSets(deps, styleId)).items,
    listSelectionSetFaults: async (styleId) => (await readSets(deps, styleId)).faults,
    createSelectionSet: async (styleId, { name, images }) => {
      if (!(await deps.style(styleId))) throw new SubjectNotFoundError({ kind: 'style', id: styleId });
      return updateSets(deps, styleId, (list, parseSet) => {
        const entry = { id: nextId(list), name, images };
        return { result: parseSet(entry, list.items.length), items: [...list.items, entry] };
      });
    },
    updateSelectionSet: (styleId, id, update) =>
      updateSets(deps, styleId, (list, parseSet) => {
        const index = findSetIndex(list, styleId, id);
        assertReadable(() => parseSet(list.items[index] ?? {}, index));
        const entry = { ...list.items[index], ...omitUndefined(update) };
        return { result: parseSet(entry, index), items: list.items.with(index, entry) };
      }),
    mergeSelectionSets: async (styleId, document) => {
      const location = await resolveSetsLocation(deps, styleId);
      const parseSet = createSetParser(deps, styleId, { ...location, key: document.name });
      const rule: MergeRule = {
        location,
        toName: (id) => `selection set ${id} of style ${styleId}`,
        check: (entry, index) => void parseSet(entry, index),
        fill: (known) => known,
      };
      const given = readList({ ...location, key: document.name }, document.json);
      const json = given.withItems(given.items.map(toImportedSet));
      return mergeList(deps.store, rule, { ...document, json });
    },
    deleteSelectionSet: (styleId, id) =>
      updateSets(deps, styleId, (list) => ({
        result: undefined,
        items: list.items.toSpliced(findSetIndex(list, styleId, id), 1),
      })),
  };
}

/** Returns a set with its bare file names in NFC, as the import stores the files; macOS writes names in NFD. */
export function toImportedSet(entry: JsonObject): JsonObject {
  const { images } = entry as { readonly images?: unknown };
  if (!Array.isArray(images)) return entry;
  const isBare = (image: unknown): image is string => typeof image === 'string' && !image.includes('/');
  return { ...entry, images: images.map((image) => (isBare(image) ? image.normalize('NFC') : image)) };
}

async function readSets(deps: SelectionSetDeps, styleId: string): Promise<ParsedEntries<SelectionSet>> {
  const location = await resolveSetsLocation(deps, styleId);
  const found = await readDocument(deps.store, location.key);
  const { items } = readList(location, found?.json);
  return parseEntries(location.key, items, createSetParser(deps, styleId, location));
}

type SetParser = (entry: JsonObject, index: number) => SelectionSet;

/** The changed list and the result of the change; a result that cannot be parsed prevents the write. */
interface ChangedSets<T> {
  readonly result: T;
  readonly items: readonly JsonObject[];
}

async function updateSets<T>(
  deps: SelectionSetDeps,
  styleId: string,
  make: (list: DocumentList, parseSet: SetParser) => ChangedSets<T>,
): Promise<T> {
  const location = await resolveSetsLocation(deps, styleId);
  const parseSet = createSetParser(deps, styleId, location);
  return updateDocument(deps.store, location.key, (json) => {
    const list = readList(location, json);
    const { result, items } = make(list, parseSet);
    return { result, json: list.withItems(items) };
  });
}

async function resolveSetsLocation(deps: SelectionSetDeps, styleId: string): Promise<ListLocation> {
  return createSetsLocation(`${await deps.getFolder(styleId)}selection_sets.json`);
}

function createSetParser(deps: SelectionSetDeps, styleId: string, location: ListLocation): SetParser {
  return (entry, index) =>
    parseSelectionSet(location.key, entry, index, (image) => toImageUri(deps, styleId, image));
}

function createSetsLocation(key: string): ListLocation {
  return {
    key,
    names: ['selection_sets', 'selectionSets', 'sets'],
    create: (items: readonly JsonObject[]) => ({ selection_sets: items }),
  };
}

/** 1, 2, …: the largest id plus 1 in the document. */
function nextId(list: DocumentList): number {
  const taken = list.items.map((item) => Number(getId(item))).filter(Number.isSafeInteger);
  return Math.max(0, ...taken) + 1;
}

function findSetIndex(list: DocumentList, styleId: string, id: number): number {
  const index = list.items.findIndex((item) => Number(getId(item)) === id);
  if (index < 0) throw new SelectionSetNotFoundError(styleId, id);
  return index;
}

/** Throws CatalogueEntryUnreadableError with the fault of the entry. */
function assertReadable(parse: () => SelectionSet): void {
  const fault = findFault(parse);
  if (fault !== undefined) throw new CatalogueEntryUnreadableError({ fault });
}

/** A bare file name refers to the style's image folder in the object store, `styles/{styleId}/`. */
function toImageUri({ store, urls }: SelectionSetDeps, styleId: string, image: string): string {
  if (/^[a-z0-9]+:/i.test(image)) return normalizeS3Address(image, urls).uri;
  return store.toUri(image.includes('/') ? image : `styles/${styleId}/${image}`);
}

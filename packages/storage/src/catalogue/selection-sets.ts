import {
  type Catalogue,
  type ObjectStore,
  type SelectionSet,
  SelectionSetNotFoundError,
  SubjectNotFoundError,
} from '@trainyard/application';
import { normalizeS3Address, type S3UrlOptions } from '@trainyard/domain';
import { type JsonObject, readDocument, updateDocument } from '../documents/document.ts';
import { type DocumentList, defined, type ListPlace, listOf } from '../documents/shape.ts';
import { type MergeRule, mergeList } from '../import/merge-list.ts';
import { selectionSetOf } from './entries.ts';
import { idOf } from './flags.ts';

type SelectionSets = Pick<
  Catalogue,
  'selectionSets' | 'createSelectionSet' | 'updateSelectionSet' | 'deleteSelectionSet' | 'mergeSelectionSets'
>;

export interface SelectionSetDeps {
  readonly store: ObjectStore;
  readonly folderOf: (styleId: string) => Promise<string>;
  readonly style: Catalogue['style'];
  readonly urls: S3UrlOptions;
}

/** The selection sets of each style, in the `selection_sets.json` of its folder. */
export function createSelectionSets(deps: SelectionSetDeps): SelectionSets {
  return {
    selectionSets: async (styleId) => {
      const place = await placeOf(deps, styleId);
      const found = await readDocument(deps.store, place.key);
      return listOf(place, found?.json).items.map(viewerOf(deps, styleId, place));
    },
    createSelectionSet: async (styleId, { name, images }) => {
      if (!(await deps.style(styleId))) throw new SubjectNotFoundError({ kind: 'style', id: styleId });
      return change(deps, styleId, (list, view) => {
        const entry = { id: nextId(list), name, images };
        return { result: view(entry, list.items.length), items: [...list.items, entry] };
      });
    },
    updateSelectionSet: (styleId, id, wish) =>
      change(deps, styleId, (list, view) => {
        const index = indexOf(list, styleId, id);
        const entry = { ...list.items[index], ...defined(wish) };
        return { result: view(entry, index), items: list.items.with(index, entry) };
      }),
    mergeSelectionSets: async (styleId, document, options) => {
      const place = await placeOf(deps, styleId);
      const view = viewerOf(deps, styleId, { ...place, key: document.name });
      const rule: MergeRule = {
        place,
        nameOf: (id) => `selection set ${id} of style ${styleId}`,
        check: (entry, index) => void view(entry, index),
        fill: (known) => known,
      };
      return mergeList(deps.store, rule, document, options);
    },
    deleteSelectionSet: (styleId, id) =>
      change(deps, styleId, (list) => ({
        result: undefined,
        items: list.items.toSpliced(indexOf(list, styleId, id), 1),
      })),
  };
}

type Viewer = (entry: JsonObject, index: number) => SelectionSet;

/** What is made of a list; a result that cannot be read keeps it from being written. */
interface Changed<T> {
  readonly result: T;
  readonly items: readonly JsonObject[];
}

async function change<T>(
  deps: SelectionSetDeps,
  styleId: string,
  make: (list: DocumentList, view: Viewer) => Changed<T>,
): Promise<T> {
  const place = await placeOf(deps, styleId);
  const view = viewerOf(deps, styleId, place);
  return updateDocument(deps.store, place.key, (json) => {
    const list = listOf(place, json);
    const { result, items } = make(list, view);
    return { result, json: list.with(items) };
  });
}

async function placeOf(deps: SelectionSetDeps, styleId: string): Promise<ListPlace> {
  return setsPlace(`${await deps.folderOf(styleId)}selection_sets.json`);
}

function viewerOf(deps: SelectionSetDeps, styleId: string, place: ListPlace): Viewer {
  return (entry, index) =>
    selectionSetOf(place.key, entry, index, (image) => addressOf(deps, styleId, image));
}

const setsPlace = (key: string): ListPlace => ({
  key,
  names: ['selection_sets', 'selectionSets', 'sets'],
  create: (items: readonly JsonObject[]) => ({ selection_sets: items }),
});

/** An id is never used twice while its set is there; 1, 2, … as the seeds count. */
function nextId(list: DocumentList): number {
  const taken = list.items.map((item) => Number(idOf(item))).filter(Number.isSafeInteger);
  return Math.max(0, ...taken) + 1;
}

function indexOf(list: DocumentList, styleId: string, id: number): number {
  const index = list.items.findIndex((item) => Number(idOf(item)) === id);
  if (index < 0) throw new SelectionSetNotFoundError(styleId, id);
  return index;
}

/** A bare file name lies where the seeds keep a style's images: `styles/{styleId}/`. */
function addressOf({ store, urls }: SelectionSetDeps, styleId: string, image: string): string {
  if (/^[a-z0-9]+:/i.test(image)) return normalizeS3Address(image, urls).uri;
  return store.uriOf(image.includes('/') ? image : `styles/${styleId}/${image}`);
}

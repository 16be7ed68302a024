import {
  type Catalogue,
  type ObjectStore,
  SelectionSetNotFoundError,
  SubjectNotFoundError,
} from '@trainyard/application';
import { normaliseS3Address, type S3UrlOptions } from '@trainyard/domain';
import { type JsonObject, readDocument, updateDocument } from '../documents/document.ts';
import { type DocumentList, defined, type ListPlace, listOf } from '../documents/shape.ts';
import { selectionSetOf } from './entries.ts';
import { idOf } from './flags.ts';

type SelectionSets = Pick<
  Catalogue,
  'selectionSets' | 'createSelectionSet' | 'updateSelectionSet' | 'deleteSelectionSet'
>;

export interface SelectionSetDeps {
  readonly store: ObjectStore;
  readonly folderOf: (styleId: string) => Promise<string>;
  readonly style: Catalogue['style'];
  readonly urls: S3UrlOptions;
}

/** The selection sets of each style, in the `selection_sets.json` of its folder. */
export function createSelectionSets(deps: SelectionSetDeps): SelectionSets {
  const { store, style } = deps;
  const placeOf = async (styleId: string) => setsPlace(`${await deps.folderOf(styleId)}selection_sets.json`);
  const viewOf = (place: ListPlace, styleId: string) => (entry: unknown, index: number) =>
    selectionSetOf(place.key, entry, index, (image) => addressOf(deps, styleId, image));
  return {
    selectionSets: async (styleId) => {
      const place = await placeOf(styleId);
      const found = await readDocument(store, place.key);
      return listOf(place, found?.json).items.map(viewOf(place, styleId));
    },
    createSelectionSet: async (styleId, { name, images }) => {
      if (!(await style(styleId))) throw new SubjectNotFoundError({ kind: 'style', id: styleId });
      const place = await placeOf(styleId);
      return updateDocument(store, place.key, (json) => {
        const list = listOf(place, json);
        const entry = { id: nextId(list), name, images };
        return {
          result: viewOf(place, styleId)(entry, list.items.length),
          json: list.with([...list.items, entry]),
        };
      });
    },
    updateSelectionSet: async (styleId, id, change) => {
      const place = await placeOf(styleId);
      return updateDocument(store, place.key, (json) => {
        const list = listOf(place, json);
        const index = indexOf(list, styleId, id);
        const entry = { ...list.items[index], ...defined(change) };
        return {
          result: viewOf(place, styleId)(entry, index),
          json: list.with(list.items.with(index, entry)),
        };
      });
    },
    deleteSelectionSet: async (styleId, id) => {
      const place = await placeOf(styleId);
      await updateDocument(store, place.key, (json) => {
        const list = listOf(place, json);
        const index = indexOf(list, styleId, id);
        return { result: undefined, json: list.with(list.items.toSpliced(index, 1)) };
      });
    },
  };
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
  if (/^[a-z0-9]+:/i.test(image)) return normaliseS3Address(image, urls).uri;
  return store.uriOf(image.includes('/') ? image : `styles/${styleId}/${image}`);
}

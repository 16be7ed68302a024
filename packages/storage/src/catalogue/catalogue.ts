import type { Catalogue, ObjectStore } from '@trainyard/application';
import type { S3UrlOptions } from '@trainyard/domain';
import { cachedDocument } from '../documents/cached-document.ts';
import { updateDocument } from '../documents/document.ts';
import { defined, type ListPlace, listOf } from '../documents/shape.ts';
import { setTrainingData, subjectRule } from '../import/merge-catalogue.ts';
import { mergeList } from '../import/merge-list.ts';
import { actorOf, styleOf } from './entries.ts';
import { setFlags } from './flags.ts';
import { createSelectionSets } from './selection-sets.ts';
import { createStyleFolders } from './style-folder.ts';

export interface CatalogueOptions extends S3UrlOptions {
  /** `data/actors.json` unless told; some of the seeds call it `actorsData.json`. */
  readonly catalogueKey?: string;
}

/** The catalogue in an object store (SPEC §7, seeds 001 and 003): read once per ETag, written by compare-and-swap. */
export function createCatalogue(store: ObjectStore, options: CatalogueOptions = {}): Catalogue {
  const actorsPlace = placeOf(options.catalogueKey ?? 'data/actors.json', 'actors');
  const stylesPlace = placeOf('data/styles.json', 'styles');
  const actors = cachedList(store, actorsPlace, actorOf);
  const styles = cachedList(store, stylesPlace, styleOf);
  const actor: Catalogue['actor'] = async (id) => (await actors()).byId.get(id);
  const style: Catalogue['style'] = async (id) => (await styles()).byId.get(id);
  const allStyles = async () => (await styles()).items;
  const folderOf = createStyleFolders(store, { styles: allStyles });
  return {
    actors: async () => (await actors()).items,
    actor,
    styles: allStyles,
    style,
    has: async ({ kind, id }) => (await (kind === 'actor' ? actor(id) : style(id))) !== undefined,
    setActorFlags: (id, flags) => {
      const fields = defined({
        custom_models_good: flags.customModelsGood,
        training_data_good: flags.trainingDataGood,
      });
      return updateDocument(store, actorsPlace.key, setFlags(actorsPlace, { kind: 'actor', id }, fields));
    },
    setStyleGood: (id, good) => {
      const change = setFlags(stylesPlace, { kind: 'style', id }, { custom_models_good: good });
      return updateDocument(store, stylesPlace.key, change);
    },
    setTrainingData: (changes) =>
      updateDocument(store, actorsPlace.key, setTrainingData(actorsPlace, changes)),
    mergeSubjects: (kind, document, mergeOptions) => {
      const rule = subjectRule(kind, kind === 'actor' ? actorsPlace : stylesPlace);
      return mergeList(store, rule, document, mergeOptions);
    },
    ...createSelectionSets({ store, folderOf, style, urls: options }),
  };
}

const placeOf = (key: string, name: string): ListPlace => ({ key, names: [name], create: (items) => items });

interface Listed<T> {
  readonly items: readonly T[];
  /** Of entries that share an id, the first. */
  readonly byId: ReadonlyMap<string, T>;
}

function cachedList<T extends { readonly id: string }>(
  store: ObjectStore,
  place: ListPlace,
  viewOf: (key: string, entry: unknown, index: number) => T,
): () => Promise<Listed<T>> {
  return cachedDocument(store, place.key, (json) => {
    const items = listOf(place, json).items.map((entry, index) => viewOf(place.key, entry, index));
    return { items, byId: new Map(items.toReversed().map((item) => [item.id, item])) };
  });
}

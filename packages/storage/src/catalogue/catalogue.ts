import type { Catalogue, ObjectStore } from '@trainyard/application';
import { omitUndefined, type S3UrlOptions } from '@trainyard/domain';
import { createCachedDocument, type ListLocation, readList, updateDocument } from '../document.ts';
import { mergeList } from '../merge-documents.ts';
import { createSubjectRule, setFlags, setTrainingData } from './change-entries.ts';
import { parseActor, parseStyle } from './entries.ts';
import { createSelectionSets } from './selection-sets.ts';
import { createStyleFolders } from './style-folder.ts';

/** Location of the catalogue, and S3 endpoints that image addresses may use. */
export interface CatalogueOptions extends S3UrlOptions {
  /** `data/actors.json` by default; some legacy tools use `actorsData.json`. */
  readonly catalogueKey?: string;
}

/**
 * Creates the catalogue in an object store (docs/catalogue.md): lists of actors and styles, read once per
 * ETag and written by compare-and-swap.
 */
export function createCatalogue(store: ObjectStore, options: CatalogueOptions = {}): Catalogue {
  const actorsLocation = createListLocation(options.catalogueKey ?? 'data/actors.json', 'actors');
  const stylesLocation = createListLocation('data/styles.json', 'styles');
  const actors = createCachedList(store, actorsLocation, parseActor);
  const styles = createCachedList(store, stylesLocation, parseStyle);
  const findActor: Catalogue['findActor'] = async (id) => (await actors()).byId.get(id);
  const findStyle: Catalogue['findStyle'] = async (id) => (await styles()).byId.get(id);
  const allStyles = async () => (await styles()).items;
  const getFolder = createStyleFolders(store, { listStyles: allStyles });
  return {
    listActors: async () => (await actors()).items,
    findActor,
    listStyles: allStyles,
    findStyle,
    hasSubject: async ({ kind, id }) =>
      (await (kind === 'actor' ? findActor(id) : findStyle(id))) !== undefined,
    setActorFlags: (id, flags) => {
      const fields = omitUndefined({
        custom_models_good: flags.customModelsGood,
        training_data_good: flags.trainingDataGood,
      });
      return updateDocument(
        store,
        actorsLocation.key,
        setFlags(actorsLocation, { kind: 'actor', id }, fields),
      );
    },
    setStyleGood: (id, good) => {
      const change = setFlags(stylesLocation, { kind: 'style', id }, { custom_models_good: good });
      return updateDocument(store, stylesLocation.key, change);
    },
    setTrainingData: (changes) =>
      updateDocument(store, actorsLocation.key, setTrainingData(actorsLocation, changes)),
    mergeSubjects: (kind, document, mergeOptions) => {
      const rule = createSubjectRule(kind, kind === 'actor' ? actorsLocation : stylesLocation);
      return mergeList(store, rule, document, mergeOptions);
    },
    ...createSelectionSets({ store, getFolder, style: findStyle, urls: options }),
  };
}

function createListLocation(key: string, name: string): ListLocation {
  return { key, names: [name], create: (items) => items };
}

interface CachedList<T> {
  readonly items: readonly T[];
  /** The first entry of each id. */
  readonly byId: ReadonlyMap<string, T>;
}

function createCachedList<T extends { readonly id: string }>(
  store: ObjectStore,
  location: ListLocation,
  parseEntry: (key: string, entry: unknown, index: number) => T,
): () => Promise<CachedList<T>> {
  return createCachedDocument(store, location.key, (json) => {
    const items = readList(location, json).items.map((entry, index) =>
      parseEntry(location.key, entry, index),
    );
    return { items, byId: new Map(items.toReversed().map((item) => [item.id, item])) };
  });
}

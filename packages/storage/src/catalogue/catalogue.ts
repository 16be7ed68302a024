import {
  type Catalogue,
  CatalogueEntryUnreadableError,
  type EntryFault,
  type ObjectStore,
  SubjectAmbiguousError,
} from '@trainyard/application';
import {
  omitUndefined,
  type S3UrlOptions,
  type SubjectKind,
  toSubject,
  toSubjectId,
} from '@trainyard/domain';
import {
  createCachedDocument,
  type ListLocation,
  type ParsedEntries,
  parseEntries,
  readList,
  updateDocument,
} from '../document.ts';
import { mergeList } from '../merge-documents.ts';
import { type Ambiguities, findAmbiguities } from './ambiguities.ts';
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
  const actors = createCachedList(store, { location: actorsLocation, kind: 'actor', parseEntry: parseActor });
  const styles = createCachedList(store, { location: stylesLocation, kind: 'style', parseEntry: parseStyle });
  const findActor: Catalogue['findActor'] = async (id) => findEntry(await actors(), toSubjectId('actor', id));
  const findStyle: Catalogue['findStyle'] = async (id) => findEntry(await styles(), id);
  const allStyles = async () => (await styles()).items;
  const getFolder = createStyleFolders(store, { listStyles: allStyles });
  return {
    listActors: async () => (await actors()).items,
    findActor,
    listStyles: allStyles,
    findStyle,
    hasSubject: async ({ kind, id }) =>
      (await (kind === 'actor' ? findActor(id) : findStyle(id))) !== undefined,
    listFaults: async () => joinFaults([await actors(), await styles()]),
    setActorFlags: (id, flags) => {
      const fields = omitUndefined({
        custom_models_good: flags.customModelsGood,
        training_data_good: flags.trainingDataGood,
      });
      const change = setFlags(actorsLocation, toSubject('actor', id), fields);
      return updateDocument(store, actorsLocation.key, change);
    },
    setStyleGood: (id, good) => {
      const change = setFlags(stylesLocation, { kind: 'style', id }, { custom_models_good: good });
      return updateDocument(store, stylesLocation.key, change);
    },
    setTrainingData: (changes) =>
      updateDocument(store, actorsLocation.key, setTrainingData(actorsLocation, changes)),
    mergeSubjects: (kind, document) => {
      const rule = createSubjectRule(kind, kind === 'actor' ? actorsLocation : stylesLocation);
      return mergeList(store, rule, document);
    },
    ...createSelectionSets({ store, getFolder, style: findStyle, urls: options }),
  };
}

function createListLocation(key: string, name: string): ListLocation {
  return { key, names: [name], create: (items) => items };
}

interface CachedList<T> extends ParsedEntries<T> {
  /** The first entry of each id. */
  readonly byId: ReadonlyMap<string, T>;
  readonly conversions: readonly EntryFault[];
  readonly ambiguities: Ambiguities;
}

interface ListRule<T> {
  readonly location: ListLocation;
  readonly kind: SubjectKind;
  readonly parseEntry: (key: string, entry: unknown, index: number, conversions: EntryFault[]) => T;
}

/** Of a subject with several entries the list holds the first that is readable, with the fault. */
function createCachedList<T extends { readonly id: string }>(
  store: ObjectStore,
  { location, kind, parseEntry }: ListRule<T>,
): () => Promise<CachedList<T>> {
  const { key } = location;
  return createCachedDocument(store, key, (json) => {
    const conversions: EntryFault[] = [];
    const entries = readList(location, json).items;
    const ambiguities = findAmbiguities({ key, kind }, entries);
    const { items, faults } = parseEntries(key, entries, (entry, index) =>
      parseEntry(key, entry, index, conversions),
    );
    const byId = new Map<string, T>();
    for (const item of items) if (!byId.has(item.id)) byId.set(item.id, withAmbiguity(item, ambiguities));
    return {
      items: [...byId.values()],
      faults: faults.map((fault) => withSubjectId(kind, fault)),
      conversions,
      ambiguities,
      byId,
    };
  });
}

function withSubjectId(kind: SubjectKind, fault: EntryFault): EntryFault {
  return fault.id === undefined ? fault : { ...fault, id: toSubjectId(kind, fault.id) };
}

function withAmbiguity<T extends { readonly id: string }>(item: T, ambiguities: Ambiguities): T {
  const fault = ambiguities.get(item.id);
  return fault ? { ...item, ambiguity: fault.fault } : item;
}

function joinFaults(lists: readonly Pick<CachedList<unknown>, 'faults' | 'conversions' | 'ambiguities'>[]) {
  return {
    unreadable: lists.flatMap(({ faults }) => faults),
    converted: lists.flatMap(({ conversions }) => conversions),
    ambiguous: lists.flatMap(({ ambiguities }) => [...ambiguities.values()]),
  };
}

/**
 * Throws SubjectAmbiguousError for a subject with several entries, and CatalogueEntryUnreadableError for an unreadable
 * entry.
 */
function findEntry<T>({ byId, faults, ambiguities }: CachedList<T>, id: string): T | undefined {
  const ambiguity = ambiguities.get(id);
  if (ambiguity) throw new SubjectAmbiguousError(ambiguity);
  const fault = byId.has(id) ? undefined : faults.find((each) => each.id === id);
  if (fault) throw new CatalogueEntryUnreadableError(fault);
  return byId.get(id);
}

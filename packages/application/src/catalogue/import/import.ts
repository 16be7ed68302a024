import { toSubjectId } from '@trainyard/domain';
import type { Deps } from '../../deps.ts';
import type { Actor, TrainingDataChange } from '../../ports/storage/catalogue.ts';
import { type ImportResult, type ImportSource, SourceFileError } from '../../ports/storage/import.ts';
import type { LegacyDocuments } from '../../ports/storage/legacy-documents.ts';
import { type DocumentImport, importLists, isDocumentFault, LIST_PATHS, listManifests } from './documents.ts';
import {
  countOtherBuckets,
  type ListedAddress,
  type OtherBucket,
  parseListedAddress,
  type SubjectAddresses,
} from './files/addresses.ts';
import { importActorImages } from './files/images.ts';
import { compareFlags, projectFlags, syncDataFlag } from './flags.ts';
import { groupByActor, importManifestGroup } from './manifest-aliases.ts';
import { forEachWithProgress, type OnImportProgress } from './progress.ts';
import { type RefreshedActor, refreshTrainingData } from './refresh.ts';
import { createSourceFlags } from './source-flags.ts';
import { importStyleDocuments, importStyleImages, listStyleFolders } from './style-folders.ts';

/** Ports and settings of an import. */
export type ImportDeps = Pick<Deps, 'catalogue' | 'manifests' | 'objects' | 'settings'> & {
  readonly legacyDocuments: LegacyDocuments;
};

/** Scope of an import. */
export interface ImportOptions {
  /** Whether local images and captions are copied too. */
  readonly images: boolean;
  /** Whether flags of the source that differ are written to the manifests. */
  readonly takeFlags: boolean;
  readonly onProgress: OnImportProgress;
}

/** Results of an import. */
export interface ImportReport {
  readonly results: readonly ImportResult[];
  readonly refreshed: readonly RefreshedActor[];
  /** Number of hidden files that were left out, such as `._image_1.png` and `.DS_Store`. */
  readonly hiddenFiles: number;
  /** Images of the catalogue in buckets that are not the bucket of the store. */
  readonly otherBuckets: readonly OtherBucket[];
}

/** The report while the steps of an import add to it. */
interface ImportRun {
  readonly deps: ImportDeps & DocumentImport;
  readonly options: ImportOptions;
  readonly results: ImportResult[];
  readonly addresses: SubjectAddresses[];
  hiddenFiles: number;
}

/**
 * Imports a folder of the legacy tools into the object store: lists of actors and styles, manifests, selection sets,
 * versions, images and captions (docs/catalogue.md). Unknown fields are kept, and existing values are never overwritten. A
 * document, an entry or a file that cannot be imported is named, and the others are imported. An interrupted import is
 * finished by a second one. Throws ObjectStoreError if the store is unavailable.
 */
export async function importFolder(
  deps: ImportDeps,
  source: ImportSource,
  options: ImportOptions,
): Promise<ImportReport> {
  const flags = createSourceFlags();
  const run: ImportRun = {
    deps: { ...deps, source, flags },
    options,
    results: [],
    addresses: [],
    hiddenFiles: 0,
  };
  await importDocuments(run);
  await record(run, () => reportConversions(run));
  await record(run, () => importAllImages(run));
  await record(run, () => collectSetAddresses(run));
  await importFlags(run);
  const refreshed = await record(run, () => refreshTrainingData(deps, options.onProgress));
  const { results, hiddenFiles, addresses } = run;
  return { results, refreshed: refreshed ?? [], hiddenFiles, otherBuckets: countOtherBuckets(addresses) };
}

async function importDocuments(run: ImportRun): Promise<void> {
  const { deps, results } = run;
  const { onProgress } = run.options;
  onProgress({ step: 'lists', done: 0, total: 0 });
  results.push(...(await importLists(deps)));
  const { manifests, results: listed, hidden } = await listManifests(deps.source);
  run.hiddenFiles += hidden;
  results.push(...listed);
  if (results.length === 0 && manifests.length === 0)
    results.push({
      outcome: 'refused',
      item: 'folder',
      source: deps.source.address,
      detail: `it has no catalogue: expected one of ${LIST_PATHS.join(', ')}`,
    });
  const actors = new Map(
    (await record(run, () => deps.catalogue.listActors()))?.map((each) => [each.id, each]),
  );
  await forEachWithProgress(groupByActor(manifests), 'manifests', {
    onProgress,
    work: async (group) =>
      results.push(...(await importManifestGroup(deps, group, findActor(actors, group)))),
  });
  await record(run, () => importStyles(run));
}

function findActor(actors: ReadonlyMap<string, Actor>, [first]: readonly { readonly id: string }[]) {
  return first && actors.get(toSubjectId('actor', first.id));
}

/** Names values such as "15" for 15; the image counts are written as numbers afterwards. */
async function reportConversions({ deps, results }: ImportRun): Promise<void> {
  const { converted } = await deps.catalogue.listFaults();
  for (const { fault, key } of converted)
    results.push({ outcome: 'warning', item: 'value', source: key, detail: fault });
}

async function importStyles(run: ImportRun): Promise<void> {
  const { deps, options } = run;
  const styleIds = (await deps.catalogue.listStyles()).map(({ id }) => id);
  const { folders, results, hidden } = await listStyleFolders(deps.source, styleIds);
  run.results.push(...results);
  run.hiddenFiles += hidden;
  await forEachWithProgress(folders, 'styles', {
    onProgress: options.onProgress,
    work: async (folder) => {
      await record(run, async () => run.results.push(...(await importStyleDocuments(deps, folder))));
      if (!options.images) return;
      const images = await importStyleImages(deps, folder);
      run.results.push(...images.results);
      run.hiddenFiles += images.hidden;
    },
  });
}

async function importAllImages(run: ImportRun): Promise<void> {
  const { deps, options } = run;
  const changes = new Map<string, TrainingDataChange>();
  const actors = (await deps.catalogue.listActors()).filter(({ ambiguity }) => ambiguity === undefined);
  const importImages = async (actor: Actor): Promise<readonly ListedAddress[]> => {
    if (!options.images) return actor.trainingData.s3Urls.map((url) => parseListedAddress(deps, url));
    const imported = await importActorImages(deps, actor);
    run.results.push(...imported.results);
    run.hiddenFiles += imported.hidden;
    if (imported.change) changes.set(actor.id, imported.change);
    return imported.addresses;
  };
  await forEachWithProgress(actors, 'images', {
    onProgress: options.onProgress,
    work: async (actor) => run.addresses.push({ kind: 'actor', addresses: await importImages(actor) }),
  });
  if (changes.size > 0) await deps.catalogue.setTrainingData(changes);
}

/** Collects the addresses of selection sets, which may name another bucket too. */
async function collectSetAddresses({ deps, addresses }: ImportRun): Promise<void> {
  for (const { id } of await deps.catalogue.listStyles()) {
    const sets = await deps.catalogue.listSelectionSets(id);
    const images = new Set(sets.flatMap((set) => set.images));
    addresses.push({ kind: 'style', addresses: [...images].map((url) => parseListedAddress(deps, url)) });
  }
}

async function importFlags(run: ImportRun): Promise<void> {
  const { deps, options } = run;
  const actors = (await record(run, () => deps.catalogue.listActors())) ?? [];
  for (const { id } of actors.filter(({ trainingDataGood }) => trainingDataGood))
    await record(run, () => syncDataFlag(deps, { kind: 'actor', id }));
  await forEachWithProgress(deps.flags.list(), 'flags', {
    onProgress: options.onProgress,
    work: (flags) =>
      record(run, async () => run.results.push(...(await compareFlags(deps, flags, options.takeFlags)))),
  });
  const unreadable = (await record(run, () => projectFlags(deps))) ?? [];
  for (const result of unreadable)
    if (!run.results.some(({ detail }) => detail === result.detail)) run.results.push(result);
}

/**
 * Reports a document of the object store or a folder of the source that cannot be read as refused and returns undefined, so
 * that the import of the others continues.
 */
async function record<T>({ results }: ImportRun, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!isDocumentFault(error)) throw error;
    const isOfSource = error instanceof SourceFileError;
    const { message: detail } = error;
    if (!results.some((each) => each.detail === detail))
      results.push({
        outcome: 'refused',
        item: isOfSource ? 'folder' : 'stored document',
        source: isOfSource ? error.path : 'object store',
        detail,
      });
    return undefined;
  }
}

import type { Deps } from '../../deps.ts';
import { CorruptDocumentError } from '../../errors.ts';
import type { TrainingDataChange } from '../../ports/storage/catalogue.ts';
import type { ImportResult, ImportSource, MergeOptions } from '../../ports/storage/import.ts';
import { type Repair, repairFlags } from '../../versions/repair.ts';
import { importLists, importManifests, importStyleFolders } from './documents.ts';
import { importActorImages, importStyleImages } from './images.ts';
import { type RefreshedActor, refreshTrainingData } from './refresh.ts';

type ImportDeps = Pick<Deps, 'catalogue' | 'manifests' | 'objects' | 'settings'>;

/** Scope of an import; with `dryRun` it reports the changes without a write. */
export interface ImportOptions extends MergeOptions {
  /** Whether local images and captions are copied too. */
  readonly images: boolean;
}

/** Results of an import, or of its dry run. */
export interface ImportReport {
  readonly notes: readonly ImportResult[];
  readonly refreshed: readonly RefreshedActor[];
}

/**
 * Imports a folder of the legacy tools into the object store: lists of actors and styles, manifests,
 * selection sets, versions, images and captions (docs/compatibility.md). Unknown fields are kept, and
 * existing values are never overwritten. A corrupt document, in the folder or in the store, is reported as
 * refused and left unchanged. May be repeated. Throws ObjectStoreError if the store is unavailable.
 */
export async function importFolder(
  deps: ImportDeps,
  source: ImportSource,
  options: ImportOptions,
): Promise<ImportReport> {
  const notes: ImportResult[] = [];
  notes.push(...(await importLists(deps, source, options)));
  notes.push(...(await importManifests(deps, source, options)));
  await recordingCorruptDocument(notes, async () => {
    const styleIds = [...(await deps.catalogue.listStyles()).map(({ id }) => id), ...findNewStyleIds(notes)];
    notes.push(...(await importStyleFolders(deps, source, { ...options, styleIds })));
  });
  if (options.images)
    await recordingCorruptDocument(notes, async () =>
      notes.push(...(await importImages(deps, source, options))),
    );
  if (!options.dryRun) await recordingCorruptDocument(notes, () => syncFlags(deps, notes));
  const refreshed = await recordingCorruptDocument(notes, () => refreshTrainingData(deps, options));
  return { notes, refreshed: refreshed ?? [] };
}

async function importImages(
  deps: ImportDeps,
  source: ImportSource,
  options: MergeOptions,
): Promise<readonly ImportResult[]> {
  const notes: ImportResult[] = [];
  const changes = new Map<string, TrainingDataChange>();
  for (const actor of await deps.catalogue.listActors()) {
    const imported = await importActorImages({ ...deps, source }, actor, options);
    notes.push(...imported.notes);
    if (imported.change) changes.set(actor.id, imported.change);
  }
  if (changes.size > 0 && !options.dryRun) await deps.catalogue.setTrainingData(changes);
  return [
    ...notes,
    ...(await importStyleImages({ ...deps, source }, await deps.catalogue.listStyles(), options)),
  ];
}

/**
 * Copies the catalogue's flag into manifests that do not set it; from then on the manifest is authoritative
 * and the catalogue's flag a projection of it.
 */
async function syncFlags(deps: ImportDeps, notes: ImportResult[]): Promise<void> {
  for (const { id, trainingDataGood } of await deps.catalogue.listActors()) {
    if (!trainingDataGood) continue;
    const subject = { kind: 'actor', id } as const;
    await recordingCorruptDocument(notes, async () => {
      const { trainingDataGood: storedFlag } = await deps.manifests.getGoodFlags(subject);
      if (storedFlag === undefined) await deps.manifests.setTrainingDataGood(subject, true);
    });
  }
  const repairs: Repair[] = [];
  await repairFlags(deps, false, repairs);
  for (const { what, subject, from } of repairs)
    if (what === 'unreadable' && !notes.some(({ detail }) => detail === from))
      notes.push({
        outcome: 'refused',
        item: `manifest of ${subject.kind} ${subject.id}`,
        source: 'object store',
        detail: String(from),
      });
}

/** In a dry run the catalogue does not contain the new styles yet. */
function findNewStyleIds(notes: readonly ImportResult[]): readonly string[] {
  return notes.flatMap(({ subject }) => (subject?.kind === 'style' ? [subject.id] : []));
}

/**
 * Reports a corrupt document of the object store as refused and returns undefined, so that the import of the
 * others continues.
 */
async function recordingCorruptDocument<T>(
  notes: ImportResult[],
  act: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof CorruptDocumentError)) throw error;
    if (!notes.some(({ detail }) => detail === error.message))
      notes.push({
        outcome: 'refused',
        item: 'stored document',
        source: error.key,
        detail: error.message,
      });
    return undefined;
  }
}

import type { Deps } from '../../deps.ts';
import { CorruptDocumentError } from '../../errors.ts';
import type { TrainingDataChange } from '../../ports/storage/catalogue.ts';
import type { ImportResult, ImportSource, MergeOptions } from '../../ports/storage/import.ts';
import { type Repair, repairFlags } from '../../versions/repair.ts';
import { importLists, importManifests, importStyleFolders } from './documents.ts';
import { importActorImages, importStyleImages } from './images.ts';
import { type RefreshedActor, refreshTrainingData } from './refresh.ts';

type ImportDeps = Pick<Deps, 'catalogue' | 'manifests' | 'objects' | 'settings'>;

export interface ImportOptions extends MergeOptions {
  /** Whether local images and captions are copied too. */
  readonly images: boolean;
}

/** What an import did, or would do. */
export interface ImportReport {
  readonly notes: readonly ImportResult[];
  readonly refreshed: readonly RefreshedActor[];
}

/**
 * Takes what the tools of the seeds left in a folder into the store: lists of actors and styles, manifests, selection
 * sets, versions, images and captions. Fields that are not ours come along; what the store has is never overwritten; a
 * document that cannot be read, there or here, is named and left alone. May be run again. Throws ObjectStoreError.
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

/** A manifest that says nothing yet gets the catalogue's word; from then on the catalogue has the manifest's (SPEC §7). */
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
        source: 'the store',
        detail: String(from),
      });
}

/** In a dry run the catalogue does not hold them yet. */
function findNewStyleIds(notes: readonly ImportResult[]): readonly string[] {
  return notes.flatMap(({ subject }) => (subject?.kind === 'style' ? [subject.id] : []));
}

/** A catalogue that cannot be read is named, and what does not need it is taken all the same. */
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
        item: 'document of the store',
        source: error.key,
        detail: error.message,
      });
    return undefined;
  }
}

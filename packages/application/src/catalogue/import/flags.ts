import type { Subject } from '@trainyard/domain';
import type { Deps } from '../../deps.ts';
import type { ImportResult } from '../../ports/storage/import.ts';
import type { VersionEntry } from '../../ports/storage/manifests.ts';
import { type Repair, repairFlags } from '../../versions/repair.ts';
import type { DocumentFlags, SourceFlags } from './source-flags.ts';

type FlagDeps = Pick<Deps, 'catalogue' | 'manifests'>;

/** The flags of a subject in the store: the manifest decides, else the catalogue. */
interface StoredFlags extends DocumentFlags {
  readonly goodVersion?: VersionEntry;
}

/**
 * Reports each flag of the source that has a different value in the store, and with `take` writes it to the manifest, of
 * which the flags of the catalogue are a projection. Throws CorruptDocumentError and ObjectStoreError.
 */
export async function compareFlags(
  deps: FlagDeps,
  source: SourceFlags,
  take: boolean,
): Promise<readonly ImportResult[]> {
  const stored = await readStoredFlags(deps, source.subject);
  if (!stored) return [];
  const differences = findDifferences(source, stored);
  if (take) for (const { write } of differences) await write(deps);
  const results = differences.map(({ flag, here, there }): ImportResult => {
    const { kind, id } = source.subject;
    const detail = take ? `${here} → ${there}` : `${here} in the store, ${there} in the source`;
    return { outcome: take ? 'taken' : 'differs', item: `${flag} of ${kind} ${id}`, source: 'flags', detail };
  });
  return [...reportContradictions(source), ...results];
}

interface FlagDifference {
  readonly flag: string;
  readonly here: string;
  readonly there: string;
  readonly write: (deps: FlagDeps) => Promise<unknown>;
}

function findDifferences(source: SourceFlags, stored: StoredFlags): readonly FlagDifference[] {
  const { subject, goodVersion: good } = source;
  const { trainingDataGood: data, customModelsGood: models } = { ...source.list, ...source.manifest };
  const differences: FlagDifference[] = [];
  if (data !== undefined && data !== stored.trainingDataGood)
    differences.push({
      flag: 'training_data_good',
      here: String(stored.trainingDataGood),
      there: String(data),
      write: ({ manifests }) => manifests.setTrainingDataGood(subject, data),
    });
  if (models !== undefined && models !== stored.customModelsGood)
    differences.push({
      flag: 'custom_models_good',
      here: String(stored.customModelsGood),
      there: String(models),
      write: ({ manifests }) =>
        models && good
          ? manifests.setVerdicts(subject, new Map([[good.id, 'good']]))
          : manifests.setCustomModelsGood(subject, models),
    });
  else if (good && stored.goodVersion && !isSameVersion(good, stored.goodVersion))
    differences.push({
      flag: 'good version',
      here: stored.goodVersion.name,
      there: good.name,
      write: ({ manifests }) => manifests.setVerdicts(subject, new Map([[good.id, 'good']])),
    });
  return differences;
}

function isSameVersion(one: { readonly id: string; readonly name: string }, other: VersionEntry): boolean {
  return one.id === other.id || one.name === other.name;
}

async function readStoredFlags(deps: FlagDeps, subject: Subject): Promise<StoredFlags | undefined> {
  const { kind, id } = subject;
  const entry = kind === 'actor' ? await deps.catalogue.findActor(id) : await deps.catalogue.findStyle(id);
  if (!entry) return undefined;
  const flags = await deps.manifests.getGoodFlags(subject);
  const goodVersion = (await deps.manifests.listVersions(subject)).find(({ good }) => good);
  return {
    trainingDataGood: flags.trainingDataGood ?? ('trainingDataGood' in entry && entry.trainingDataGood),
    customModelsGood: flags.customModelsGood ?? entry.customModelsGood,
    ...(goodVersion && { goodVersion }),
  };
}

/** Names the flags that the list and the manifest of the source contradict each other in; the manifest counts. */
function reportContradictions({ subject, list, manifest }: SourceFlags): readonly ImportResult[] {
  const names = { trainingDataGood: 'training_data_good', customModelsGood: 'custom_models_good' } as const;
  return (Object.keys(names) as (keyof typeof names)[]).flatMap((flag): readonly ImportResult[] => {
    const [one, other] = [list[flag], manifest[flag]];
    if (one === undefined || other === undefined || one === other) return [];
    const detail = `${one} in the list, ${other} in the manifest, which counts`;
    const item = `${names[flag]} of ${subject.kind} ${subject.id}`;
    return [{ outcome: 'warning', item, source: 'source', detail }];
  });
}

/**
 * Copies the catalogue's flag of training data into manifests that do not set it, and the flags of the manifests into the
 * catalogue; from then on the catalogue's flag is a projection. Throws CorruptDocumentError and ObjectStoreError.
 */
export async function syncDataFlag({ manifests }: FlagDeps, subject: Subject): Promise<void> {
  const { trainingDataGood } = await manifests.getGoodFlags(subject);
  if (trainingDataGood === undefined) await manifests.setTrainingDataGood(subject, true);
}

/** Copies the flags of the manifests into the catalogue. @returns the unreadable manifests */
export async function projectFlags(deps: FlagDeps): Promise<readonly ImportResult[]> {
  const repairs: Repair[] = [];
  await repairFlags(deps, false, repairs);
  return repairs.flatMap(({ what, subject, from }): readonly ImportResult[] =>
    what === 'unreadable' && subject
      ? [
          {
            outcome: 'refused',
            item: `manifest of ${subject.kind} ${subject.id}`,
            source: 'object store',
            detail: String(from),
          },
        ]
      : [],
  );
}

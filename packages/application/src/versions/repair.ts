import { isTerminal, type Subject, type Training, toCoarseStatus } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { iterateReadablePages } from '../lifecycle/read-trainings.ts';
import { CatalogueEntryUnreadableError, isSubjectDocumentError } from '../ports/storage/entry-fault.ts';
import type { VersionEntry } from '../ports/storage/manifests.ts';
import { toVersionEntry } from './version-entry.ts';

type RepairDeps = Pick<Deps, 'store' | 'manifests' | 'catalogue' | 'settings' | 'log'>;

/**
 * Compares the versions and flags in the object store with the state store, and corrects them (I5). May be
 * run at any time and repeatedly. @param options.dryRun reports the differences without a write @returns the
 * differences found
 */
export async function repair(
  deps: RepairDeps,
  options: { readonly dryRun?: boolean } = {},
): Promise<readonly Repair[]> {
  const dryRun = options.dryRun ?? false;
  const repairs: Repair[] = [];
  for await (const { items, unreadable } of iterateReadablePages(deps)) {
    repairs.push(...unreadable.map(toUnreadableTraining));
    for (const training of items)
      await recordingUnreadableDocument(repairs, training.request.subject, async () => {
        repairs.push(...(await repairVersion(deps, training, dryRun)));
      });
  }
  await repairFlags(deps, dryRun, repairs);
  const { unreadable } = await deps.catalogue.listFaults();
  repairs.push(
    ...unreadable.map(({ fault }): Repair => ({ what: 'unreadable', from: fault, to: undefined })),
  );
  return repairs;
}

function toUnreadableTraining(trainingId: string): Repair {
  const from = 'the training in Redis is corrupt or was written by a different version';
  return { what: 'unreadable', trainingId, from, to: undefined };
}

function getLoraUrl(training: Training): string | undefined {
  return training.status === 'completed' ? training.model.loraUrl : undefined;
}

function matchesTraining(training: Training, version: VersionEntry): boolean {
  return version.status === toCoarseStatus(training.status) && version.loraUrl === getLoraUrl(training);
}

function findOwnVersion(training: Training, versions: readonly VersionEntry[]): VersionEntry | undefined {
  return versions.find(({ training_id }) => training_id === training.id);
}

/** Compares the manifest entry of an ended training with the state store; undefined if they agree. */
function findVersionRepair(training: Training, versions: readonly VersionEntry[]): Repair | undefined {
  if (!isTerminal(training)) return undefined;
  const { subject } = training.request;
  const own = findOwnVersion(training, versions);
  const to = { status: toCoarseStatus(training.status), loraUrl: getLoraUrl(training) };
  if (!own && training.versionName === undefined) return undefined;
  if (!own) return { subject, what: 'version_missing', trainingId: training.id, from: undefined, to };
  if (matchesTraining(training, own)) return undefined;
  const from = { status: own.status, loraUrl: own.loraUrl };
  return { subject, what: 'version_outdated', trainingId: training.id, from, to };
}

async function repairVersion(
  deps: RepairDeps,
  training: Training,
  dryRun: boolean,
): Promise<readonly Repair[]> {
  const { subject } = training.request;
  const versions = await deps.manifests.listVersions(subject, { strict: true });
  const needed = findVersionRepair(training, versions);
  if (!needed) return [];
  const entry = {
    ...toVersionEntry(training),
    name: training.versionName ?? findOwnVersion(training, versions)?.name ?? '',
  };
  if (!dryRun) await deps.manifests.finalizeVersion(subject, entry);
  return [needed];
}

type FlagDeps = Pick<Deps, 'catalogue' | 'manifests'>;

/**
 * A difference between the object store and the state store, with the value before and after its repair.
 */
export interface Repair {
  /** Absent for an unreadable training or catalogue entry: its subject is unknown. */
  readonly subject?: Subject;
  /**
   * `version_missing`, `version_outdated`: manifest entry of an ended training. `flag`: catalogue flag.
   * `unreadable`: corrupt or contradicting documents or an unreadable training, left unchanged.
   */
  readonly what: 'version_missing' | 'version_outdated' | 'flag' | 'unreadable';
  readonly trainingId?: string;
  readonly from: unknown;
  readonly to: unknown;
}

/**
 * Corrects the catalogue's flags, which are a projection of the manifests. A flag that the manifest does not
 * set is left unchanged. Appends to `repairs`.
 */
export async function repairFlags(deps: FlagDeps, dryRun: boolean, repairs: Repair[]): Promise<void> {
  for (const { subject, flags, set } of await listFlaggedSubjects(deps)) {
    const recorded = await recordingUnreadableDocument(repairs, subject, () =>
      deps.manifests.getGoodFlags(subject),
    );
    if (!recorded) continue;
    for (const flag of Object.keys(flags) as Flag[]) {
      const to = recorded[flag];
      if (to === undefined || to === flags[flag]) continue;
      const written = dryRun || (await recordingUnreadableDocument(repairs, subject, () => set(flag, to)));
      if (written) repairs.push({ subject, what: 'flag', from: { [flag]: flags[flag] }, to: { [flag]: to } });
    }
  }
}

/**
 * Records a corrupt document, or contradicting ones, as `unreadable` and returns undefined, so that the repair of other documents
 * continues.
 */
async function recordingUnreadableDocument<T>(
  repairs: Repair[],
  subject: Subject,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isSubjectDocumentError(error) && !(error instanceof CatalogueEntryUnreadableError)) throw error;
    if (!repairs.some(({ from }) => from === error.message))
      repairs.push({ subject, what: 'unreadable', from: error.message, to: undefined });
    return undefined;
  }
}

type Flag = 'trainingDataGood' | 'customModelsGood';

/** Flags of a subject in the catalogue, and the function that writes a flag. */
interface FlaggedSubject {
  readonly subject: Subject;
  readonly flags: Readonly<Partial<Record<Flag, boolean>>>;
  /** @returns true */
  set(flag: Flag, good: boolean): Promise<true>;
}

async function listFlaggedSubjects({ catalogue }: FlagDeps): Promise<readonly FlaggedSubject[]> {
  return [
    ...(await catalogue.listActors()).map(
      ({ id, trainingDataGood, customModelsGood }): FlaggedSubject => ({
        subject: { kind: 'actor', id },
        flags: { trainingDataGood, customModelsGood },
        set: (flag, good) => catalogue.setActorFlags(id, { [flag]: good }).then(() => true as const),
      }),
    ),
    ...(await catalogue.listStyles()).map(
      ({ id, customModelsGood }): FlaggedSubject => ({
        subject: { kind: 'style', id },
        flags: { customModelsGood },
        set: (_, good) => catalogue.setStyleGood(id, good).then(() => true as const),
      }),
    ),
  ];
}

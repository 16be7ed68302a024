import { coarseStatus, isTerminal, type Subject, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { versionOf } from '../dispatch/version-entry.ts';
import { CorruptDocumentError } from '../ports/catalogue.ts';
import type { VersionEntry } from '../ports/manifests.ts';

type RepairDeps = Pick<Deps, 'store' | 'manifests' | 'catalogue' | 'settings'>;

/** One thing that the store had wrong, and what was made of it. */
export interface Repair {
  readonly subject: Subject;
  readonly what: 'version_missing' | 'version_outdated' | 'flag' | 'unreadable';
  readonly trainingId?: string;
  readonly from: unknown;
  readonly to: unknown;
}

const PAGE = 200;

async function* everyTraining({ store }: RepairDeps): AsyncIterable<Training> {
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

const loraOf = (training: Training): string | undefined =>
  training.status === 'completed' ? training.model.loraUrl : undefined;

const agrees = (training: Training, version: VersionEntry): boolean =>
  version.status === coarseStatus(training.status) && version.loraUrl === loraOf(training);

const ownOf = (training: Training, versions: readonly VersionEntry[]): VersionEntry | undefined =>
  versions.find(({ training_id }) => training_id === training.id);

/** Whether the subject's history tells of an ended training what the record does. */
const faultOf = (training: Training, versions: readonly VersionEntry[]): Repair | undefined => {
  if (!isTerminal(training)) return undefined;
  const { subject } = training.request;
  const own = ownOf(training, versions);
  const to = { status: coarseStatus(training.status), loraUrl: loraOf(training) };
  if (!own && training.versionName === undefined) return undefined;
  if (!own) return { subject, what: 'version_missing', trainingId: training.id, from: undefined, to };
  if (agrees(training, own)) return undefined;
  const from = { status: own.status, loraUrl: own.loraUrl };
  return { subject, what: 'version_outdated', trainingId: training.id, from, to };
};

const repairVersion = async (
  deps: RepairDeps,
  training: Training,
  dryRun: boolean,
): Promise<readonly Repair[]> => {
  const { subject } = training.request;
  const versions = await deps.manifests.versions(subject);
  const fault = faultOf(training, versions);
  if (!fault) return [];
  const entry = {
    ...versionOf(training),
    name: training.versionName ?? ownOf(training, versions)?.name ?? '',
  };
  if (!dryRun) await deps.manifests.settleVersion(subject, entry);
  return [fault];
};

/** A document that cannot be read is named, and keeps nothing else from being put right. */
const unlessUnreadable = async <T>(
  repairs: Repair[],
  subject: Subject,
  read: () => Promise<T>,
): Promise<T | undefined> => {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CorruptDocumentError)) throw error;
    if (!repairs.some(({ from }) => from === error.message))
      repairs.push({ subject, what: 'unreadable', from: error.message, to: undefined });
    return undefined;
  }
};

type Flag = 'trainingDataGood' | 'customModelsGood';

/** What the catalogue says of a subject, and how to make it say otherwise. */
interface Flagged {
  readonly subject: Subject;
  readonly flags: Readonly<Partial<Record<Flag, boolean>>>;
  set(flag: Flag, good: boolean): Promise<void>;
}

const everyFlagged = async ({ catalogue }: RepairDeps): Promise<readonly Flagged[]> => [
  ...(await catalogue.actors()).map(
    ({ id, trainingDataGood, customModelsGood }): Flagged => ({
      subject: { kind: 'actor', id },
      flags: { trainingDataGood, customModelsGood },
      set: (flag, good) => catalogue.setActorFlags(id, { [flag]: good }),
    }),
  ),
  ...(await catalogue.styles()).map(
    ({ id, customModelsGood }): Flagged => ({
      subject: { kind: 'style', id },
      flags: { customModelsGood },
      set: (_, good) => catalogue.setStyleGood(id, good),
    }),
  ),
];

/** The catalogue's flags are a projection of the manifests (SPEC §7); where a manifest says nothing they stand. */
const repairFlags = async (deps: RepairDeps, dryRun: boolean, repairs: Repair[]): Promise<void> => {
  for (const { subject, flags, set } of await everyFlagged(deps)) {
    const judged = await unlessUnreadable(repairs, subject, () => deps.manifests.judgement(subject));
    if (!judged) continue;
    for (const flag of Object.keys(flags) as Flag[]) {
      const to = judged[flag];
      if (to === undefined || to === flags[flag]) continue;
      repairs.push({ subject, what: 'flag', from: { [flag]: flags[flag] }, to: { [flag]: to } });
      if (!dryRun) await set(flag, to);
    }
  }
};

/**
 * Rebuilds versions and flags from the record where the store has them wrong (I5, SPEC §7). May be run at any time,
 * also twice. @param options.dryRun tells what would be changed and changes nothing @returns what was wrong
 */
export const repair = async (
  deps: RepairDeps,
  options: { readonly dryRun?: boolean } = {},
): Promise<readonly Repair[]> => {
  const dryRun = options.dryRun ?? false;
  const repairs: Repair[] = [];
  for await (const training of everyTraining(deps))
    await unlessUnreadable(repairs, training.request.subject, async () => {
      repairs.push(...(await repairVersion(deps, training, dryRun)));
    });
  await repairFlags(deps, dryRun, repairs);
  return repairs;
};

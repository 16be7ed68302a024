import { coarseStatus, isTerminal, type Subject, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { versionOf } from '../dispatch/version-entry.ts';
import type { VersionEntry } from '../ports/manifests.ts';
import { actualCostUsd } from '../reconcile/finalize.ts';

type RepairDeps = Pick<Deps, 'store' | 'manifests' | 'catalogue' | 'settings'>;

/** One thing that the store had wrong, and what was made of it. */
export interface Repair {
  readonly subject: Subject;
  readonly what: 'version_missing' | 'version_outdated' | 'flag';
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

/** Whether the subject's history tells of an ended training what the record does. */
const faultOf = (training: Training, versions: readonly VersionEntry[]): Repair | undefined => {
  if (!isTerminal(training) || training.versionName === undefined) return undefined;
  const { subject } = training.request;
  const own = versions.find(({ training_id }) => training_id === training.id);
  const to = { status: coarseStatus(training.status), loraUrl: loraOf(training) };
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
  const fault = faultOf(training, await deps.manifests.versions(subject));
  if (!fault) return [];
  const executionMs = 'executionMs' in training ? training.executionMs : undefined;
  const entry = {
    ...versionOf(training, actualCostUsd(deps, executionMs)),
    name: training.versionName ?? '',
  };
  if (!dryRun) await deps.manifests.settleVersion(subject, entry);
  return [fault];
};

/** The catalogue's flags are a projection of the manifests (SPEC §7); where a manifest says nothing they stand. */
const repairFlags = async (deps: RepairDeps, dryRun: boolean): Promise<readonly Repair[]> => {
  const repairs: Repair[] = [];
  for (const actor of await deps.catalogue.actors()) {
    const subject = { kind: 'actor', id: actor.id } as const;
    const judged = await deps.manifests.judgement(subject);
    for (const flag of ['trainingDataGood', 'customModelsGood'] as const) {
      const to = judged[flag];
      if (to === undefined || to === actor[flag]) continue;
      repairs.push({ subject, what: 'flag', from: { [flag]: actor[flag] }, to: { [flag]: to } });
      if (!dryRun) await deps.catalogue.setActorFlags(actor.id, { [flag]: to });
    }
  }
  return repairs;
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
    repairs.push(...(await repairVersion(deps, training, dryRun)));
  repairs.push(...(await repairFlags(deps, dryRun)));
  return repairs;
};

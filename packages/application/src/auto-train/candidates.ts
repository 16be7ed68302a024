import {
  type CandidateFacts,
  datasetErrors,
  type Finding,
  findIneligibilityReasons,
  toSubjectId,
} from '@trainyard/domain';
import {
  findRequestErrors,
  isCurrentReport,
  listStoredFindings,
  type RequestedData,
} from '../dataset/known-errors.ts';
import { toImageAddresses } from '../dataset/select-images.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from '../ports/storage/catalogue.ts';
import type { StoredDatasetReport } from '../ports/storage/dataset-reports.ts';
import type { VersionFacts } from '../ports/storage/manifests.ts';
import { type SkipReason, skipReasonFromError, toDatasetReason, toSkipReason } from './skip.ts';

/** Ports and settings that evaluating candidates needs. */
export type CandidateDeps = Pick<
  Deps,
  'catalogue' | 'manifests' | 'store' | 'datasetReports' | 'settings' | 'clock'
>;

/** An actor with the reasons for which auto-train skips it; eligible if the list is empty. */
export interface Candidate {
  readonly actor: Actor;
  readonly eligible: boolean;
  readonly reasons: readonly SkipReason[];
  /** Number of completed versions without a data digest: imported history, which blocks no training. */
  readonly importedVersionCount: number;
  /** Images and trigger of the actor as a training would get them. */
  readonly data: RequestedData;
  /** The findings of its current report, and the errors that the list of images alone shows. */
  readonly findings: readonly Finding[];
  /** The current report of the data; undefined while they are not checked. */
  readonly report: StoredDatasetReport | undefined;
}

/**
 * Evaluates every actor of the catalogue, or those in `actorIds` (any spelling), in catalogue order
 * (docs/concepts/auto-train.md). An ambiguous entry, an unreadable manifest or a dataset with known errors makes only its own
 * actor ineligible. The data are known from stored reports; no image is read. Throws StoreUnavailableError if Redis, and
 * ObjectStoreError if the catalogue is unavailable.
 */
export async function listCandidates(
  deps: CandidateDeps,
  options: EligibilityOptions & { readonly actorIds?: readonly string[] } = {},
): Promise<readonly Candidate[]> {
  const wanted = options.actorIds && new Set(options.actorIds.map((id) => toSubjectId('actor', id)));
  const actors = (await deps.catalogue.listActors()).filter(({ id }) => wanted?.has(id) ?? true);
  const ids = actors.map(({ id }) => id);
  const [histories, busy, reports] = await Promise.all([
    deps.manifests.listVersionsByActor(ids),
    deps.store.findBusyActors(ids),
    deps.datasetReports.findMany('actor', ids),
  ]);
  const now = deps.clock.now();
  return actors.map((actor): Candidate => {
    const history = histories.get(actor.id) ?? [];
    const known = findKnownData(deps, actor, reports.get(actor.id));
    const reasons = findReasons(actor, history, { busy: busy.has(actor.id), now, known, options });
    const importedVersionCount = countImportedVersions(history);
    return { actor, eligible: reasons.length === 0, reasons, importedVersionCount, ...known };
  });
}

type KnownData = Pick<Candidate, 'data' | 'findings' | 'report'>;

/** The images of an actor with all that is known about them without a request to the object store. */
export function findKnownData(
  deps: Pick<CandidateDeps, 'settings' | 'clock'>,
  { id, name, trainingData }: Actor,
  stored: StoredDatasetReport | undefined,
): KnownData {
  const images = toImageAddresses(deps, trainingData.s3Urls);
  const data: RequestedData = { subject: { kind: 'actor', id }, trigger: name, images };
  const report = isCurrentReport(deps, stored, data) ? stored : undefined;
  const findings = report ? listStoredFindings(report, name) : findRequestErrors(data);
  return { data, findings, report };
}

interface EligibilityInput {
  readonly busy: boolean;
  readonly now: number;
  readonly known: KnownData;
  readonly options: EligibilityOptions;
}

/** Without a current report, a version of unknown age counts as one of the same data. */
function findReasons(
  actor: Actor,
  history: readonly VersionFacts[] | Error,
  { known, options, ...state }: EligibilityInput,
): readonly SkipReason[] {
  if (actor.ambiguity !== undefined) return [{ code: 'subject_ambiguous', message: actor.ambiguity }];
  if (history instanceof Error) return [skipReasonFromError(history) ?? toSkipReason('subject_not_found')];
  const { report, findings } = known;
  const facts = toCandidateFacts(actor, history, state);
  const reasons = findIneligibilityReasons(
    { ...facts, ...(report && { dataDigest: report.dataDigest }) },
    options,
  ).map(toSkipReason);
  const errors = datasetErrors({ findings });
  // An actor without images already has the reason `no_images`.
  return errors.length === 0 || facts.imageCount <= 0 ? reasons : [...reasons, toDatasetReason(errors)];
}

function countImportedVersions(history: readonly VersionFacts[] | Error = []): number {
  if (history instanceof Error) return 0;
  return history.filter(({ status, data_digest }) => status === 'completed' && data_digest === undefined)
    .length;
}

/**
 * Whether the manifest alone shows a possibly live run: after a loss of Redis the state store may lack it
 * (I2). An entry without `attempt_deadline`, written by a legacy tool, does not block the actor.
 */
function mayHaveLiveRun({ status, attempt_deadline }: VersionFacts, now: number): boolean {
  return (
    (status === 'submitting' || status === 'pending' || status === 'training') &&
    Date.parse(attempt_deadline ?? '') > now
  );
}

function toCandidateFacts(
  { trainingData, ...actor }: Actor,
  versions: readonly VersionFacts[],
  known: { readonly busy: boolean; readonly now: number },
): CandidateFacts {
  return {
    trainingDataGood: actor.trainingDataGood,
    // The manifest is authoritative and the flag a projection of it; an actor is skipped if either has a good model.
    customModelsGood: actor.customModelsGood || versions.some(({ good }) => good),
    imageCount: trainingData.count,
    synced: trainingData.synced,
    hasLiveTraining: known.busy || versions.some((version) => mayHaveLiveRun(version, known.now)),
    versions: versions.map(({ status, good, judged, data_digest: dataDigest, failure }) => ({
      status,
      good,
      ...(judged !== undefined && { judged }),
      ...(dataDigest !== undefined && { dataDigest }),
      ...(failure && { failure }),
    })),
  };
}

/** Options of {@link listCandidates}. */
export interface EligibilityOptions {
  readonly includeUnreviewed?: boolean;
}

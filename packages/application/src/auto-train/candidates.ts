import { type CandidateFacts, dependsOnData, findIneligibilityReasons, toSubjectId } from '@trainyard/domain';
import pLimit from 'p-limit';
import { inspectDataset } from '../dataset/inspect.ts';
import { toImageUris } from '../dataset/select-images.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from '../ports/storage/catalogue.ts';
import type { VersionFacts } from '../ports/storage/manifests.ts';
import { type SkipReason, skipReasonFromError, toSkipReason } from './skip.ts';

/** Ports and settings that evaluating candidates needs. */
export type CandidateDeps = Pick<
  Deps,
  'catalogue' | 'manifests' | 'store' | 'objects' | 'settings' | 'clock'
>;

/** An actor with the reasons for which auto-train skips it; eligible if the list is empty. */
export interface Candidate {
  readonly actor: Actor;
  readonly eligible: boolean;
  readonly reasons: readonly SkipReason[];
  /** Number of completed versions without a data digest: imported history, which blocks no training. */
  readonly importedVersionCount: number;
}

/** Concurrent dataset inspections. */
const CONCURRENCY = 8;

/**
 * Evaluates every actor of the catalogue, or those in `actorIds` (any spelling), in catalogue order
 * (docs/concepts/auto-train.md). An ambiguous entry, an unreadable manifest or dataset makes only its own actor ineligible.
 * Throws StoreUnavailableError if Redis, and ObjectStoreError if the object store is unavailable.
 */
export async function listCandidates(
  deps: CandidateDeps,
  options: EligibilityOptions & { readonly actorIds?: readonly string[] } = {},
): Promise<readonly Candidate[]> {
  const wanted = options.actorIds && new Set(options.actorIds.map((id) => toSubjectId('actor', id)));
  const actors = (await deps.catalogue.listActors()).filter(({ id }) => wanted?.has(id) ?? true);
  const ids = actors.map(({ id }) => id);
  const [histories, busy] = await Promise.all([
    deps.manifests.listVersionsByActor(ids),
    deps.store.findBusyActors(ids),
  ]);
  const limit = pLimit(CONCURRENCY);
  const now = deps.clock.now();
  const getReasons = async (actor: Actor): Promise<readonly SkipReason[]> => {
    if (actor.ambiguity !== undefined) return [{ code: 'subject_ambiguous', message: actor.ambiguity }];
    const history = histories.get(actor.id) ?? [];
    if (history instanceof Error) return [skipReasonFromError(history) ?? toSkipReason('subject_not_found')];
    const facts = toCandidateFacts(actor, history, { busy: busy.has(actor.id), now });
    return limit(() => evaluateEligibility(deps, actor, facts, options));
  };
  return Promise.all(
    actors.map(async (actor) => {
      const reasons = await getReasons(actor);
      const importedVersionCount = countImportedVersions(histories.get(actor.id));
      return { actor, eligible: reasons.length === 0, reasons, importedVersionCount };
    }),
  );
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

/** Digest of the data as a training would read them: independent of the S3 notation in the catalogue. */
async function getDataDigest(deps: CandidateDeps, { name, trainingData }: Actor): Promise<string> {
  const imageUris = toImageUris(deps, trainingData.s3Urls);
  return (await inspectDataset(deps.objects, { kind: 'actor', trigger: name, imageUris })).digest;
}

interface EligibilityOptions {
  readonly includeUnreviewed?: boolean;
}

/**
 * Inspects the images only if the result depends on the data: an inspection costs two requests per image.
 */
async function evaluateEligibility(
  deps: CandidateDeps,
  actor: Actor,
  facts: CandidateFacts,
  options: EligibilityOptions,
): Promise<readonly SkipReason[]> {
  const reasonsWithoutData = findIneligibilityReasons(facts, options);
  const hasKnownDigest = facts.versions.some(({ dataDigest }) => dataDigest !== undefined);
  const needsDigest = dependsOnData(reasonsWithoutData) && hasKnownDigest;
  if (reasonsWithoutData.length > 0 && !needsDigest) return reasonsWithoutData.map(toSkipReason);
  try {
    toImageUris(deps, actor.trainingData.s3Urls);
    if (!needsDigest) return [];
    const dataDigest = await getDataDigest(deps, actor);
    return findIneligibilityReasons({ ...facts, dataDigest }, options).map(toSkipReason);
  } catch (error) {
    const reason = skipReasonFromError(error);
    if (!reason) throw error;
    return [reason];
  }
}

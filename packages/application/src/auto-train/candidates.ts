import { type CandidateFacts, dependsOnData, findIneligibilityReasons } from '@trainyard/domain';
import pLimit from 'p-limit';
import { inspectDataset } from '../dataset/inspect.ts';
import { toImageUris } from '../dataset/select-images.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from '../ports/storage/catalogue.ts';
import type { VersionFacts } from '../ports/storage/manifests.ts';
import { type SkipReason, skipReasonFromError, toSkipReason } from './skip.ts';

export type CandidateDeps = Pick<
  Deps,
  'catalogue' | 'manifests' | 'store' | 'objects' | 'settings' | 'clock'
>;

/** An actor considered by auto-train, with every reason against it. */
export interface Candidate {
  readonly actor: Actor;
  readonly eligible: boolean;
  readonly reasons: readonly SkipReason[];
}

/** How many actors' data are looked at together. */
const CONCURRENCY = 8;

/** Every actor of the catalogue, or those wanted, eligible or not, in its order (SPEC §8). */
export async function listCandidates(
  deps: CandidateDeps,
  options: EligibilityOptions & { readonly actorIds?: readonly string[] } = {},
): Promise<readonly Candidate[]> {
  const wanted = options.actorIds && new Set(options.actorIds);
  const actors = (await deps.catalogue.listActors()).filter(({ id }) => wanted?.has(id) ?? true);
  const ids = actors.map(({ id }) => id);
  const [histories, busy] = await Promise.all([
    deps.manifests.listVersionsByActor(ids),
    deps.store.findBusyActors(ids),
  ]);
  const limit = pLimit(CONCURRENCY);
  const now = deps.clock.now();
  const getReasons = async (actor: Actor): Promise<readonly SkipReason[]> => {
    const history = histories.get(actor.id) ?? [];
    if (history instanceof Error) return [skipReasonFromError(history) ?? toSkipReason('subject_not_found')];
    const facts = toCandidateFacts(actor, history, { busy: busy.has(actor.id), now });
    return limit(() => evaluateEligibility(deps, actor, facts, options));
  };
  return Promise.all(
    actors.map(async (actor) => {
      const reasons = await getReasons(actor);
      return { actor, eligible: reasons.length === 0, reasons };
    }),
  );
}

/**
 * A version that may still have a run, by its manifest alone: after a loss of Redis the record may not know of it
 * (I2). One of the seeds' own tools has no `dead_by` and holds nobody up.
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
    // The history is the truth, the catalogue's flag its projection: nothing is paid for while one lags behind.
    customModelsGood: actor.customModelsGood || versions.some(({ good }) => good),
    imageCount: trainingData.count,
    synced: trainingData.synced,
    hasLiveTraining: known.busy || versions.some((version) => mayHaveLiveRun(version, known.now)),
    versions: versions.map(({ status, good, judged, data_digest: dataDigest }) => ({
      status,
      good,
      ...(judged !== undefined && { judged }),
      ...(dataDigest !== undefined && { dataDigest }),
    })),
  };
}

/** The data as a training reads them, so that equal data have equal digests however the catalogue writes them. */
async function getDataDigest(deps: CandidateDeps, { name, trainingData }: Actor): Promise<string> {
  const imageUris = toImageUris(deps, trainingData.s3Urls);
  return (await inspectDataset(deps.objects, { kind: 'actor', trigger: name, imageUris })).digest;
}

interface EligibilityOptions {
  readonly includeUnreviewed?: boolean;
}

/** The data are looked at only where the verdict hinges on them: that is a request for each image. */
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

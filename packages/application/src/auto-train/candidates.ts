import { type IneligibilityReason, ineligibility } from '@trainyard/domain';
import pLimit from 'p-limit';
import type { Deps } from '../deps.ts';
import { lookAtDataset } from '../dispatch/dataset.ts';
import type { Actor } from '../ports/catalogue.ts';
import type { VersionEntry } from '../ports/manifests.ts';

export type CandidateDeps = Pick<Deps, 'catalogue' | 'manifests' | 'store' | 'objects' | 'settings'>;

/** An actor considered by auto-train, with every reason against it. */
export interface Candidate {
  readonly actor: Actor;
  readonly eligible: boolean;
  readonly reasons: readonly IneligibilityReason[];
}

const CONCURRENCY = 8;

const facts = (actor: Actor) => ({
  trainingDataGood: actor.trainingDataGood,
  customModelsGood: actor.customModelsGood,
  imageCount: actor.trainingData.count,
  synced: actor.trainingData.synced,
});

/** The digest only matters where there is a history to compare it with: then the data are worth looking at. */
const digestOf = async (
  deps: CandidateDeps,
  actor: Actor,
  versions: readonly VersionEntry[],
): Promise<string | undefined> => {
  const told = versions.find(
    ({ data_digest, status }) => data_digest !== undefined && status !== 'submitting',
  );
  if (!told) return undefined;
  const trigger = actor.name;
  const data = { kind: 'actor', trigger, imageUris: actor.trainingData.s3Urls } as const;
  return (await lookAtDataset(deps.objects, data)).digest;
};

const consider = async (
  deps: CandidateDeps,
  actor: Actor,
  options: { readonly includeUnreviewed?: boolean },
): Promise<Candidate> => {
  const subject = { kind: 'actor', id: actor.id } as const;
  const [versions, live] = await Promise.all([
    deps.manifests.versions(subject),
    deps.store.unfinishedOf(subject),
  ]);
  const dataDigest = await digestOf(deps, actor, versions);
  const reasons = ineligibility(
    {
      ...facts(actor),
      hasLiveTraining: live.length > 0,
      ...(dataDigest !== undefined && { dataDigest }),
      versions: versions.map(({ status, good, data_digest }) => ({
        status,
        good,
        ...(data_digest !== undefined && { dataDigest: data_digest }),
      })),
    },
    options,
  );
  return { actor, eligible: reasons.length === 0, reasons };
};

/** Every actor of the catalogue, eligible or not, in its order (SPEC §8). */
export const candidates = async (
  deps: CandidateDeps,
  options: { readonly includeUnreviewed?: boolean; readonly actorIds?: readonly string[] } = {},
): Promise<readonly Candidate[]> => {
  const limit = pLimit(CONCURRENCY);
  const actors = await deps.catalogue.actors();
  const wanted = options.actorIds ? actors.filter(({ id }) => options.actorIds?.includes(id)) : actors;
  return Promise.all(wanted.map((actor) => limit(() => consider(deps, actor, options))));
};

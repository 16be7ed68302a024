import { ineligibility } from '@trainyard/domain';
import pLimit from 'p-limit';
import type { Deps } from '../deps.ts';
import { lookAtDataset } from '../dispatch/dataset.ts';
import { InvalidRequestError } from '../errors.ts';
import { imagesAmong } from '../intake/images.ts';
import { type Actor, CorruptDocumentError } from '../ports/catalogue.ts';
import type { VersionEntry } from '../ports/manifests.ts';
import { ObjectStoreError } from '../ports/object-store.ts';

export type CandidateDeps = Pick<Deps, 'catalogue' | 'manifests' | 'store' | 'objects' | 'settings'>;

/** An actor considered by auto-train, with every reason against it. */
export interface Candidate {
  readonly actor: Actor;
  readonly eligible: boolean;
  /** Words of the domain (`IneligibilityReason`), or in prose what keeps its data from being read. */
  readonly reasons: readonly string[];
}

const CONCURRENCY = 8;

const facts = (actor: Actor) => ({
  trainingDataGood: actor.trainingDataGood,
  customModelsGood: actor.customModelsGood,
  imageCount: actor.trainingData.count,
  synced: actor.trainingData.synced,
});

/**
 * The digest only matters where there is a history to compare it with: then the data are worth looking at. They are
 * read as a training reads them, so that equal data have equal digests however the catalogue writes their addresses.
 */
const digestOf = async (
  deps: CandidateDeps,
  actor: Actor,
  versions: readonly VersionEntry[],
): Promise<string | undefined> => {
  const told = versions.find(
    ({ data_digest, status }) => data_digest !== undefined && status !== 'submitting',
  );
  if (!told) return undefined;
  const imageUris = imagesAmong(deps, actor.trainingData.s3Urls);
  const data = { kind: 'actor', trigger: actor.name, imageUris } as const;
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
      // The history is the truth, the catalogue's flag its projection: nothing is paid for while one lags behind.
      customModelsGood: actor.customModelsGood || versions.some(({ good }) => good),
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

/** Faults of one actor's data; they keep nobody else from being trained. */
const isOwnFault = (error: unknown): error is Error =>
  [CorruptDocumentError, InvalidRequestError, ObjectStoreError].some((kind) => error instanceof kind);

const considerAlone = async (...[deps, actor, options]: Parameters<typeof consider>): Promise<Candidate> => {
  try {
    return await consider(deps, actor, options);
  } catch (error) {
    if (!isOwnFault(error)) throw error;
    return { actor, eligible: false, reasons: [error.message] };
  }
};

/** Every actor of the catalogue, eligible or not, in its order (SPEC §8). */
export const candidates = async (
  deps: CandidateDeps,
  options: { readonly includeUnreviewed?: boolean; readonly actorIds?: readonly string[] } = {},
): Promise<readonly Candidate[]> => {
  const limit = pLimit(CONCURRENCY);
  const actors = await deps.catalogue.actors();
  const wanted = options.actorIds ? actors.filter(({ id }) => options.actorIds?.includes(id)) : actors;
  return Promise.all(wanted.map((actor) => limit(() => considerAlone(deps, actor, options))));
};

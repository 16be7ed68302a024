import {
  getBaseName,
  isHiddenName,
  isImage,
  listIdSpellings,
  normalizeS3Address,
  S3AddressError,
} from '@trainyard/domain';
import pLimit from 'p-limit';
import type { Deps } from '../../deps.ts';
import { ObjectStoreError } from '../../errors.ts';
import type { Actor, TrainingDataChange } from '../../ports/storage/catalogue.ts';
import type { OnImportProgress } from './progress.ts';

/** Ports and settings that refreshing training data needs. */
export type RefreshDeps = Pick<Deps, 'catalogue' | 'objects' | 'settings'>;

/** An actor whose image count or sync state in the catalogue differed from the object store. */
export interface RefreshedActor {
  readonly actorId: string;
  readonly from: { readonly count: number; readonly synced: boolean };
  readonly to: { readonly count: number; readonly synced: boolean };
  /** Image addresses without an object. */
  readonly missing: readonly string[];
}

const ACTOR_CONCURRENCY = 4;
const OBJECT_CONCURRENCY = 8;

/**
 * Updates image counts and sync states in the catalogue from the object store. An actor without image
 * addresses gets those of the images in its folder. A missing image stays listed, and its actor is not
 * synced. Throws CorruptDocumentError, and ObjectStoreError if the store is unavailable; then the catalogue
 * is unchanged.
 */
export async function refreshTrainingData(
  deps: RefreshDeps,
  onProgress: OnImportProgress = () => undefined,
): Promise<readonly RefreshedActor[]> {
  const actors = await deps.catalogue.listActors();
  let done = 0;
  const inspect = async (actor: Actor) => {
    const found = await inspectActor(deps, actor, ids);
    done += 1;
    onProgress({ step: 'counts', done, total: actors.length });
    return { actor, found };
  };
  const ids = actors.map(({ id }) => id);
  const limit = pLimit(ACTOR_CONCURRENCY);
  const inspected = await Promise.all(actors.map((actor) => limit(() => inspect(actor))));
  const changed = inspected.filter(({ actor, found }) => hasChanged(actor, found));
  if (changed.length > 0)
    await deps.catalogue.setTrainingData(
      new Map(changed.map(({ actor, found }) => [actor.id, found.change])),
    );
  return changed.map(({ actor, found }) => toRefreshedActor(actor, found));
}

async function objectExists({ objects, settings }: RefreshDeps, url: string): Promise<boolean> {
  try {
    const { uri } = normalizeS3Address(url, { customEndpoints: settings.customS3Endpoints });
    return ((await objects.headUri(uri))?.sizeBytes ?? 0) > 0;
  } catch (error) {
    if (error instanceof S3AddressError) return false;
    if (error instanceof ObjectStoreError && !error.retryable) return false;
    throw error;
  }
}

/**
 * Lists the images in `actors/{id}/training_data/` or `actors/{id}_{slug}/training_data/`, as the legacy tools
 * name the folder, under every spelling of the id.
 */
async function listStoredImages({ objects }: RefreshDeps, id: string, allIds: readonly string[]) {
  const uris: string[] = [];
  for (const spelling of listIdSpellings({ kind: 'actor', id })) {
    const longer = allIds.filter((other) => other.startsWith(`${spelling}_`));
    for await (const { key, sizeBytes } of objects.list(`actors/${spelling}`)) {
      const [, folder = '', data, ...rest] = key.split('/');
      const isOwn =
        folder === spelling ||
        (folder.startsWith(`${spelling}_`) && !longer.some((each) => folder.startsWith(each)));
      const isVisibleImage = isImage(key) && !isHiddenName(getBaseName(key)) && sizeBytes > 0;
      if (isOwn && data === 'training_data' && rest.length === 1 && isVisibleImage)
        uris.push(objects.toUri(key));
    }
  }
  return uris;
}

interface DataInspection {
  readonly change: TrainingDataChange;
  readonly missing: readonly string[];
}

async function inspectActor(
  deps: RefreshDeps,
  actor: Actor,
  allIds: readonly string[],
): Promise<DataInspection> {
  const images = actor.trainingData.s3Urls.filter((url) => !/\.txt([?#]|$)/i.test(url));
  if (images.length === 0) {
    const found = await listStoredImages(deps, actor.id, allIds);
    if (found.length === 0) return { change: { synced: false }, missing: [] };
    return { change: { s3Urls: found, count: found.length, synced: true }, missing: [] };
  }
  const limit = pLimit(OBJECT_CONCURRENCY);
  const exists = await Promise.all(images.map((url) => limit(() => objectExists(deps, url))));
  const missing = images.filter((_, index) => !exists[index]);
  const count = images.length - missing.length;
  return {
    change: {
      count: missing.length === 0 ? count : Math.max(count, actor.trainingData.count),
      synced: missing.length === 0,
    },
    missing,
  };
}

function toRefreshedActor(actor: Actor, { change, missing }: DataInspection): RefreshedActor {
  const { count, synced } = actor.trainingData;
  const to = { count: change.count ?? count, synced: change.synced ?? synced };
  return { actorId: actor.id, from: { count, synced }, to, missing };
}

function hasChanged(actor: Actor, { change }: DataInspection): boolean {
  return (
    change.s3Urls !== undefined ||
    (change.count ?? actor.trainingData.count) !== actor.trainingData.count ||
    change.synced !== actor.trainingData.synced
  );
}

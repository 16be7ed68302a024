import { getBaseName, toSubject } from '@trainyard/domain';
import pLimit from 'p-limit';
import { headImage, ignoringRefusal, listCaptionAddresses } from '../../dataset/inspect.ts';
import { toImageAddresses } from '../../dataset/select-images.ts';
import type { Deps } from '../../deps.ts';
import { type ImageName, SubjectNotFoundError } from '../../errors.ts';
import type { ObjectHead } from '../../ports/storage/object-store.ts';
import { type CataloguePage, type PageRequest, paginate } from '../page.ts';
import { sortEntries } from '../sorted-list.ts';
import { type FoundImage, resolveOwnObject } from './own-objects.ts';
import { type CaptionState, getCaptionState } from './style-images.ts';

type ImageDeps = Pick<Deps, 'catalogue' | 'objects' | 'settings'>;

/** An image of an actor as the catalogue lists it. */
interface ListedImage {
  /** Base name of the address; the whole key for images that share their base name. */
  readonly id: string;
  /** The address of the catalogue in the form `s3://bucket/key`; unchanged when it is malformed. */
  readonly address: string;
  readonly found: FoundImage;
}

/** An image of an actor with the state of its file and of its caption. */
export interface ActorImage {
  readonly name: string;
  readonly uri: string;
  /** Absent for a file that is not served. */
  readonly sizeBytes?: number;
  readonly caption: CaptionState;
  /** The reason why the image is not served. */
  readonly fault?: string;
}

/** Images whose files are read at the same time. */
const CONCURRENCY = 16;

/**
 * Lists the images of an actor by name, each with the size of its file and the state of its caption. Reads only the files of
 * the page. Throws SubjectNotFoundError and InvalidCursorError.
 */
export async function listActorImages(
  deps: ImageDeps,
  actorId: string,
  page: PageRequest = {},
): Promise<CataloguePage<ActorImage>> {
  const images = await listImages(deps, actorId);
  const list = { items: images, indexOf: (name: string) => findIndex(images, name) };
  const { items, ...rest } = paginate(list, 'name', page);
  return { items: await pLimit(CONCURRENCY).map(items, (image) => inspectImage(deps, image)), ...rest };
}

function findIndex(images: readonly ListedImage[], name: string): number | undefined {
  const index = images.findIndex(({ id }) => id === name);
  return index < 0 ? undefined : index;
}

/**
 * Finds an image of an actor by its name, also in its composed or decomposed form: the address of its file, or the reason
 * why no picture of this name is served. Throws SubjectNotFoundError.
 */
export async function findActorImage(deps: ImageDeps, { subject, name }: ImageName): Promise<FoundImage> {
  const images = await listImages(deps, subject.id);
  const image =
    images.find(({ id }) => id === name) ??
    images.find(({ id }) => id.normalize('NFC') === name.normalize('NFC'));
  return image?.found ?? { fault: `actor ${subject.id} has no image of this name in the catalogue` };
}

async function listImages(deps: ImageDeps, actorId: string): Promise<readonly ListedImage[]> {
  const subject = toSubject('actor', actorId);
  const actor = await deps.catalogue.findActor(subject.id);
  if (!actor) throw new SubjectNotFoundError(subject);
  const addresses = toImageAddresses(deps, actor.trainingData.s3Urls);
  const counts = new Map<string, number>();
  for (const { uri } of addresses) counts.set(getBaseName(uri), (counts.get(getBaseName(uri)) ?? 0) + 1);
  const images = addresses.map(
    ({ uri, malformed }): ListedImage => ({
      id: counts.get(getBaseName(uri)) === 1 ? getBaseName(uri) : uri.replace(/^s3:\/\/[^/]*\//iu, ''),
      address: uri,
      found: malformed === undefined ? resolveOwnObject(deps, uri) : { fault: malformed },
    }),
  );
  return sortEntries(images, ({ id }) => id, false);
}

async function inspectImage(deps: ImageDeps, { id, address, found }: ListedImage): Promise<ActorImage> {
  const image = { name: id, uri: address };
  if (found.uri === undefined) return { ...image, caption: 'missing', fault: found.fault };
  const [head, caption] = await Promise.all([
    headImage(deps.objects, found.uri),
    headCaption(deps, found.uri),
  ]);
  const state = { ...image, caption: getCaptionState(caption) };
  if (typeof head === 'object') return { ...state, sizeBytes: head.sizeBytes };
  return { ...state, fault: head ?? 'its file is not in the object store' };
}

async function headCaption({ objects }: ImageDeps, uri: string): Promise<ObjectHead | undefined> {
  for (const address of listCaptionAddresses(uri)) {
    const head = await ignoringRefusal(objects.headUri(address));
    if (head) return head;
  }
  return undefined;
}

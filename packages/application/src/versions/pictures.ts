import { type Attempt, MAX_PICTURES, type ModelPicture, parseS3Uri, type Warning } from '@trainyard/domain';
import pLimit from 'p-limit';
import type { Deps } from '../deps.ts';
import { ObjectStoreError } from '../errors.ts';
import { cleanExternalText } from '../external-text.ts';
import type { ObjectHead } from '../ports/storage/object-store.ts';
import { isAssignedKey } from './model-keys.ts';
import { getStorePrefix, type ModelDeps, resolveModelAddress } from './model-object.ts';

type PictureDeps = ModelDeps & Pick<Deps, 'clock' | 'log'>;

/** The largest picture that a version records: 20 MiB. */
export const PICTURE_MAX_BYTES = 20 * 1024 * 1024;
const CONCURRENCY = 8;

/** A verified model, its attempt, and the addresses of pictures that its container reported. */
export interface PictureSearch {
  /** `s3://bucket/key` of the model. */
  readonly uri: string;
  readonly attempt: Pick<Attempt, 'startedAt'>;
  readonly trainingId: string;
  readonly promptCount: number;
  readonly reported: readonly string[];
  readonly reportedIgnored: number;
}

/** The pictures of a model, and a warning about ignored ones. */
export interface FoundPictures {
  readonly pictures: readonly ModelPicture[];
  readonly warnings: readonly Warning[];
}

/**
 * Finds the pictures that a run stored in the folder of its verified model: beside the model under the names of
 * docs/container.md, and those that the container reported. A picture is recorded if this attempt may have written it.
 * Pictures never fail or delay a training: an error of the object store is logged, and the pictures are left out.
 */
export async function findPictures(deps: PictureDeps, search: PictureSearch): Promise<FoundPictures> {
  const ignored: string[] = [];
  const candidates = new Map<string, ObjectHead>();
  try {
    const place = toPlace(search.uri);
    for (const [name, head] of await listBeside(deps, search, place)) candidates.set(name, head);
    await addReported(deps, { search, place, candidates, ignored });
  } catch (error) {
    if (!(error instanceof ObjectStoreError)) throw error;
    deps.log.warn('pictures_not_read', { training_id: search.trainingId, reason: error.message });
  }
  const usable = [...candidates].filter(([name, head]) => {
    const fault = findFault(deps, head, search.attempt);
    if (fault !== undefined) ignored.push(`${name} ${fault}`);
    return fault === undefined;
  });
  const pictures = usable
    .map(([name, { sizeBytes }]) => ({ ...parsePictureName(name), sizeBytes }))
    .sort(comparePictures);
  for (const { name } of pictures.slice(MAX_PICTURES))
    ignored.push(`${name} exceeds ${MAX_PICTURES} pictures`);
  const warnings = toWarnings(ignored, search.reportedIgnored);
  for (const { message } of warnings)
    deps.log.warn('pictures_ignored', { training_id: search.trainingId, message });
  return { pictures: pictures.slice(0, MAX_PICTURES), warnings };
}

/** The folder of a model, and the beginning of the names of its pictures. */
interface Place {
  readonly bucket: string;
  /** Ends with `/` or is empty. */
  readonly folder: string;
  readonly stem: string;
}

function toPlace(uri: string): Place {
  const { bucket, key } = parseS3Uri(uri);
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  return { bucket, folder, stem: key.slice(folder.length).replace(/\.safetensors$/i, '') };
}

const EXTENSION = /\.(?:png|webp|jpe?g)$/i;
const SUFFIX = /_(?:sample_(\d{1,4})|loss)\.(?:png|webp|jpe?g)$/i;
/** Keys with the stem of a model that are read at most; a fixed folder may hold those of many models. */
const MAX_LISTED = 1_000;

/** The pictures with the stem of the model. Only the object store can be listed; in a different bucket each name is tried. */
async function listBeside(
  deps: PictureDeps,
  { promptCount }: PictureSearch,
  { bucket, folder, stem }: Place,
): Promise<readonly (readonly [string, ObjectHead])[]> {
  const store = getStorePrefix(deps);
  const path = `${folder}${stem}`;
  if (bucket === store.bucket && path.startsWith(store.prefix))
    return listNames(deps, path.slice(store.prefix.length), stem);
  const samples = Array.from({ length: promptCount }, (_, at) => `sample_${String(at).padStart(2, '0')}`);
  const names = [...samples, 'loss'].map((suffix) => `${stem}_${suffix}.png`);
  const heads = await pLimit(CONCURRENCY).map(names, (name) =>
    deps.objects.headUri(`s3://${bucket}/${folder}${name}`),
  );
  return names.flatMap((name, at) => {
    const head = heads[at];
    return head ? [[name, head] as const] : [];
  });
}

async function listNames({ objects }: PictureDeps, path: string, stem: string) {
  const found: (readonly [string, ObjectHead])[] = [];
  let listed = 0;
  for await (const head of objects.list(`${path}_`)) {
    listed += 1;
    if (listed > MAX_LISTED) break;
    const name = `${stem}${head.key.slice(path.length)}`;
    const [suffix] = SUFFIX.exec(name) ?? [];
    if (suffix !== undefined && name === `${stem}${suffix}`) found.push([name, head]);
  }
  return found;
}

interface Reported {
  readonly search: PictureSearch;
  readonly place: Place;
  readonly candidates: Map<string, ObjectHead>;
  readonly ignored: string[];
}

/** Adds the reported pictures of the folder; a reported picture beside the model is known already. */
async function addReported(deps: PictureDeps, { search, place, candidates, ignored }: Reported) {
  const names = new Set<string>();
  for (const address of search.reported) {
    const found = toNameInFolder(deps, place, address);
    if ('fault' in found) ignored.push(`${address} ${found.fault}`);
    else if (!candidates.has(found.name)) names.add(found.name);
  }
  await pLimit(CONCURRENCY).map([...names], async (name) => {
    const head = await deps.objects.headUri(`s3://${place.bucket}/${place.folder}${name}`);
    if (head) candidates.set(name, head);
    else ignored.push(`${name} does not exist`);
  });
}

function toNameInFolder(
  deps: PictureDeps,
  { bucket, folder, stem }: Place,
  address: string,
): { readonly name: string } | { readonly fault: string } {
  const object = resolveModelAddress(deps, address);
  if (object.kind !== 'object') return { fault: 'is no object of the object store' };
  const name = object.key.slice(folder.length);
  if (object.bucket !== bucket || !object.key.startsWith(folder) || name.includes('/'))
    return { fault: 'is outside the folder of the model' };
  if (!EXTENSION.test(name)) return { fault: 'is no .png, .webp or .jpg file' };
  return belongsToOther(deps, { bucket, folder, stem }, name)
    ? { fault: 'belongs to a different model' }
    : { name };
}

/** Whether the name is that of a picture beside a model that the templates give to a different training or attempt. */
function belongsToOther(deps: PictureDeps, { bucket, folder, stem }: Place, name: string): boolean {
  const [suffix] = SUFFIX.exec(name) ?? [];
  const otherStem = suffix === undefined ? stem : name.slice(0, -suffix.length);
  const store = getStorePrefix(deps);
  const key = `${folder}${otherStem}.safetensors`;
  if (otherStem === stem || bucket !== store.bucket || !key.startsWith(store.prefix)) return false;
  return isAssignedKey(deps.settings, key.slice(store.prefix.length));
}

function findFault(
  deps: Pick<Deps, 'clock'>,
  head: ObjectHead,
  attempt: Pick<Attempt, 'startedAt'>,
): string | undefined {
  if (head.sizeBytes === 0) return 'is empty';
  if (head.sizeBytes > PICTURE_MAX_BYTES) return `is larger than ${PICTURE_MAX_BYTES / 1024 ** 2} MiB`;
  return isNewer(deps, head, attempt) ? undefined : 'is older than the submission';
}

/** S3 dates have whole seconds: an object dated up to 2 s before the submission may belong to the attempt. */
export const CLOCK_GRAIN_MS = 2_000;

/** Whether an object was written after the submission of the attempt. */
export function isNewer(
  deps: Pick<Deps, 'clock'>,
  head: ObjectHead,
  attempt: Pick<Attempt, 'startedAt'>,
): boolean {
  return deps.clock.fromReal(head.lastModifiedMs + CLOCK_GRAIN_MS) >= attempt.startedAt;
}

/** The kind of a picture follows from its name: `_sample_NN` with the index of its prompt, `_loss`, or other. */
export function parsePictureName(name: string): Pick<ModelPicture, 'name' | 'kind' | 'index'> {
  const [suffix, index] = SUFFIX.exec(name) ?? [];
  if (suffix === undefined) return { name, kind: 'other' };
  return index === undefined ? { name, kind: 'loss' } : { name, kind: 'sample', index: Number(index) };
}

const KIND_ORDER = { sample: 0, loss: 1, other: 2 } as const;

function comparePictures(a: ModelPicture, b: ModelPicture): number {
  return (
    KIND_ORDER[a.kind] - KIND_ORDER[b.kind] ||
    (a.index ?? 0) - (b.index ?? 0) ||
    (a.name < b.name ? -1 : Number(a.name > b.name))
  );
}

/** The number of ignored pictures that a warning names. */
const MAX_NAMED = 3;

function toWarnings(ignored: readonly string[], moreIgnored: number): readonly Warning[] {
  const count = ignored.length + moreIgnored;
  if (count === 0) return [];
  const named = ignored.slice(0, MAX_NAMED).map((each) => cleanExternalText(each, 300));
  const more = count > named.length ? [`and ${count - named.length} more`] : [];
  const pictures = count === 1 ? '1 picture of the run is' : `${count} pictures of the run are`;
  return [{ code: 'picture_ignored', message: `${pictures} ignored: ${[...named, ...more].join('; ')}` }];
}

import { isImage } from '@trainyard/domain';
import type { Deps } from '../../../deps.ts';
import type { Actor, TrainingDataChange } from '../../../ports/storage/catalogue.ts';
import { type ImportResult, type ImportSource, SourceFileError } from '../../../ports/storage/import.ts';
import { type ListedAddress, parseListedAddress } from './addresses.ts';
import { type CopiedFiles, copyFiles, toCopyResult } from './copy-files.ts';
import { toFileResults } from './left-files.ts';
import { type FileCopy, type LocalFiles, listLocalFiles } from './local-files.ts';

type ImageDeps = Pick<Deps, 'objects' | 'settings'> & { readonly source: ImportSource };

/** Results of an actor's images, and the change to the catalogue that follows from them. */
export interface ImportedImages {
  readonly results: readonly ImportResult[];
  readonly hidden: number;
  /** The addresses of the catalogue after the import. */
  readonly addresses: readonly ListedAddress[];
  readonly change?: TrainingDataChange;
}

/**
 * Copies an actor's local images and captions (`training_data.local_path`) into the object store, and lists exactly the
 * images that the store has then: addresses in other buckets give way to local copies. Existing objects are unchanged.
 * Throws ObjectStoreError if the store is unavailable.
 */
export async function importActorImages(deps: ImageDeps, actor: Actor): Promise<ImportedImages> {
  const addresses = actor.trainingData.s3Urls.map((url) => parseListedAddress(deps, url));
  const place = { item: `images of actor ${actor.id}`, source: actor.trainingData.localPath ?? 'catalogue' };
  const invalid = toAddressResults(addresses, place);
  const found = await findLocalFiles(deps, actor, addresses);
  if ('results' in found) return { results: [...invalid, ...found.results], hidden: 0, addresses };
  const { files, folder } = found;
  const copied = await copyFiles(deps, selectCopies(files.copies, addresses));
  const listed = copied.present.some(({ key }) => isImage(key))
    ? replaceAddresses(deps, addresses, copied.present)
    : addresses;
  const named = { ...place, source: folder };
  const results = [
    ...invalid,
    ...toCopyResult(copied, named),
    ...toFileResults([...files.left, ...copied.left], named),
    ...reportAbsence(listed, { actor, named, files, copied }),
    ...reportDropped(addresses, listed, named),
  ];
  const isSame =
    listed.length === addresses.length && listed.every(({ url }, n) => url === addresses[n]?.url);
  if (isSame) return { results, hidden: files.hidden, addresses };
  const s3Urls = listed.map(({ url }) => url);
  const count = listed.filter(({ name }) => isImage(name)).length;
  return { results, hidden: files.hidden, addresses: listed, change: { s3Urls, count } };
}

type Place = Pick<ImportResult, 'item' | 'source'>;

function toAddressResults(addresses: readonly ListedAddress[], place: Place): readonly ImportResult[] {
  return addresses.flatMap((each): readonly ImportResult[] =>
    each.place === 'invalid'
      ? [{ outcome: 'refused', ...place, detail: `address ${JSON.stringify(each.url)}: ${each.reason}` }]
      : [],
  );
}

type Found =
  | { readonly files: LocalFiles; readonly folder: string }
  | { readonly results: readonly ImportResult[] };

/** A drive letter or a backslash, as Windows writes paths. */
const WINDOWS_PATH = /^[a-z]:|\\/i;

/** Lists the files of `local_path`, or reports why it has none. */
async function findLocalFiles(
  deps: ImageDeps,
  actor: Actor,
  addresses: readonly ListedAddress[],
): Promise<Found> {
  const { localPath, count } = actor.trainingData;
  if (localPath === undefined || localPath === '') return { results: [] };
  const place = { item: `images of actor ${actor.id}`, source: localPath };
  const note = (outcome: 'refused' | 'skipped', detail: string): Found => ({
    results: [{ outcome, ...place, detail }],
  });
  const refuse = (detail: string): Found => note('refused', detail);
  if (WINDOWS_PATH.test(localPath))
    return refuse(
      `local_path ${localPath} is a Windows path; write it with / and relative to the import folder`,
    );
  const folder = deps.source.resolvePath(localPath);
  if (folder === undefined)
    return refuse(`local_path ${localPath} is outside of the import folder ${deps.source.address}`);
  const stems = new Set(addresses.map(({ name }) => name.replace(/\.[^.]*$/, '')));
  try {
    const prefix = findImageFolder(actor, addresses);
    const files = await listLocalFiles(deps.source, folder, { prefix, stems });
    if (files) return { files, folder };
  } catch (error) {
    if (error instanceof SourceFileError) return refuse(error.message);
    throw error;
  }
  const isNeeded = count > 0 && !addresses.some(({ name }) => isImage(name));
  return isNeeded
    ? note('skipped', 'the folder does not exist, and the catalogue lists no image')
    : { results: [] };
}

/** The folder of the images that the catalogue lists in this store, by default `actors/{id}/training_data/`. */
function findImageFolder({ id, catalogueId = id }: Actor, addresses: readonly ListedAddress[]): string {
  const keys = addresses.flatMap((each) => (each.place === 'store' ? (each.key ?? []) : []));
  const [key] = keys;
  return key === undefined ? `actors/${catalogueId}/training_data/` : key.slice(0, key.lastIndexOf('/') + 1);
}

/** A file that the catalogue lists goes to its key; objects outside of the prefix of the store need no copy. */
function selectCopies(files: readonly FileCopy[], addresses: readonly ListedAddress[]): readonly FileCopy[] {
  const listed = new Map(
    addresses.flatMap((each) => (each.place === 'store' ? [[each.name, each.key]] : [])),
  );
  return files.flatMap((file) => {
    const name = file.name.normalize('NFC');
    if (!listed.has(name)) return [file];
    const key = listed.get(name);
    return key === undefined ? [] : [{ ...file, key }];
  });
}

/** Lists the images of this store: a copy takes the place of its address in a different bucket, and new copies follow. */
function replaceAddresses(
  deps: ImageDeps,
  addresses: readonly ListedAddress[],
  present: readonly FileCopy[],
): readonly ListedAddress[] {
  const copies = new Map(
    present.map(({ key }) => {
      const address = parseListedAddress(deps, deps.objects.toUri(key));
      return [address.name, address];
    }),
  );
  const known = new Set(addresses.map(({ name }) => name));
  const kept = addresses.flatMap((each) =>
    each.place === 'other_bucket' ? (copies.get(each.name) ?? []) : [each],
  );
  return [...kept, ...[...copies.values()].filter(({ name }) => !known.has(name) && isImage(name))];
}

function reportAbsence(
  listed: readonly ListedAddress[],
  {
    actor,
    named,
    files,
    copied,
  }: {
    readonly actor: Actor;
    readonly named: Place;
    readonly files: LocalFiles;
    readonly copied: CopiedFiles;
  },
): readonly ImportResult[] {
  const isEmpty = files.copies.length === 0 && files.left.length === 0;
  const hasImage = listed.some(({ name }) => isImage(name));
  if (hasImage && isEmpty) return [{ outcome: 'skipped', ...named, detail: `the folder is empty` }];
  if (hasImage) return [];
  if (!isEmpty || copied.left.length > 0)
    return [
      {
        outcome: 'refused',
        ...named,
        detail: `actor ${actor.id} has no image: no file of the folder is one`,
      },
    ];
  return [
    { outcome: 'refused', ...named, detail: `the folder is empty, so that actor ${actor.id} has no image` },
  ];
}

/** Names the images of other buckets that have no local copy and are no longer listed. */
function reportDropped(
  before: readonly ListedAddress[],
  after: readonly ListedAddress[],
  place: Place,
): readonly ImportResult[] {
  const names = new Set(after.map(({ name }) => name));
  const dropped = before.filter(({ name }) => isImage(name) && !names.has(name)).map(({ url }) => url);
  if (dropped.length === 0) return [];
  const detail = `no local copy, so no longer listed: ${dropped.join(', ')}`;
  return [{ outcome: 'refused', ...place, detail, files: dropped }];
}

import {
  getBaseName,
  isImage,
  normalizeS3Address,
  S3AddressError,
  toCaptionAddress,
} from '@trainyard/domain';
import pLimit from 'p-limit';
import type { Deps } from '../../deps.ts';
import { PreconditionFailedError } from '../../errors.ts';
import type { Actor, Style, TrainingDataChange } from '../../ports/storage/catalogue.ts';
import type { ImportResult, ImportSource, MergeOptions } from '../../ports/storage/import.ts';
import { findStyleByFolder, STYLE_FOLDERS } from './documents.ts';

type ImageDeps = Pick<Deps, 'objects' | 'settings'>;

const CONCURRENCY = 8;

interface FileCopy {
  readonly path: string;
  readonly key: string;
}

/**
 * Copies an actor's local images and captions (`training_data.local_path`) into the object store. Existing
 * objects are unchanged. Throws ObjectStoreError if the store is unavailable.
 */
export async function importActorImages(
  deps: ImageDeps & { readonly source: ImportSource },
  actor: Actor,
  { dryRun }: MergeOptions,
): Promise<ImportedImages> {
  const { source } = deps;
  const localPath = actor.trainingData.localPath;
  if (localPath === undefined) return { notes: [] };
  const of = `actor ${actor.id}`;
  const folder = source.resolvePath(localPath);
  if (folder === undefined)
    return {
      notes: [
        {
          outcome: 'refused',
          item: `images of ${of}`,
          source: localPath,
          detail: 'the path is outside of the import folder',
        },
      ],
    };
  const to = findImageFolder(deps, actor);
  if (to === undefined) return { notes: [] };
  const copies = (await listImageFiles(source, folder)).map((path) => ({
    path,
    key: `${to}${getBaseName(path)}`,
  }));
  const notes = await copyFiles(deps, source, { copies, of, folder, dryRun });
  const listed = new Set(actor.trainingData.s3Urls.map(getBaseName));
  const newCopies = copies.filter(({ key }) => isImage(key) && !listed.has(getBaseName(key)));
  if (newCopies.length === 0) return { notes };
  const s3Urls = [...actor.trainingData.s3Urls, ...newCopies.map(({ key }) => deps.objects.toUri(key))];
  return { notes, change: { s3Urls, count: s3Urls.filter(isImage).length } };
}

/** Lists the images of a folder and their captions; subfolders are excluded. */
async function listImageFiles(source: ImportSource, folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const path of source.list(`${folder}/`))
    if (!path.slice(folder.length + 1).includes('/')) files.push(path);
  const images = files.filter(isImage);
  const captions = new Set(images.map(toCaptionAddress));
  return files.filter((path) => isImage(path) || captions.has(path));
}

/** Copies a file unless the object exists. @returns whether the object was created */
async function copyFile(
  { objects }: ImageDeps,
  source: ImportSource,
  { path, key, dryRun }: FileCopy & MergeOptions,
): Promise<boolean> {
  if (await objects.head(key)) return false;
  if (dryRun) return true;
  const bytes = await source.read(path);
  if (!bytes) return false;
  try {
    await objects.put(key, bytes, { condition: { ifAbsent: true } });
    return true;
  } catch (error) {
    if (error instanceof PreconditionFailedError) return false;
    throw error;
  }
}

async function copyFiles(
  deps: ImageDeps,
  source: ImportSource,
  request: MergeOptions & {
    readonly copies: readonly FileCopy[];
    readonly of: string;
    readonly folder: string;
  },
): Promise<readonly ImportResult[]> {
  if (request.copies.length === 0) return [];
  const limit = pLimit(CONCURRENCY);
  const { dryRun } = request;
  const put = await Promise.all(
    request.copies.map((each) => limit(() => copyFile(deps, source, { ...each, dryRun }))),
  );
  const count = put.filter(Boolean).length;
  const note = { item: `images of ${request.of}`, source: request.folder };
  if (count === 0) return [{ outcome: 'kept', ...note }];
  return [{ outcome: 'added', ...note, detail: `${count} of ${request.copies.length} files` }];
}

/** Returns the key of an address inside this object store; undefined for every other address. */
function toStoreKey({ objects, settings }: ImageDeps, url: string): string | undefined {
  const base = objects.toUri('x').slice(0, -1);
  try {
    const { uri } = normalizeS3Address(url, { customEndpoints: settings.customS3Endpoints });
    return uri.startsWith(base) ? uri.slice(base.length) : undefined;
  } catch (error) {
    if (error instanceof S3AddressError) return undefined;
    throw error;
  }
}

/**
 * The folder of the images that the catalogue lists, by default `actors/{id}/training_data/`; undefined if
 * the listed images are outside of this object store.
 */
function findImageFolder(deps: ImageDeps, { id, catalogueId = id, trainingData }: Actor): string | undefined {
  const [key] = trainingData.s3Urls.flatMap((url) => toStoreKey(deps, url) ?? []);
  if (key === undefined && trainingData.s3Urls.length > 0) return undefined;
  return key === undefined ? `actors/${catalogueId}/training_data/` : key.slice(0, key.lastIndexOf('/') + 1);
}

/** Results of an actor's images, and the change to the catalogue that follows from them. */
export interface ImportedImages {
  readonly notes: readonly ImportResult[];
  readonly change?: TrainingDataChange;
}

/**
 * Copies the images and captions in a style's local folder to `styles/{id}/`. Existing objects are unchanged.
 */
export async function importStyleImages(
  deps: ImageDeps & { readonly source: ImportSource },
  styles: readonly Style[],
  { dryRun }: MergeOptions,
): Promise<readonly ImportResult[]> {
  const { source } = deps;
  const folders = new Set<string>();
  for await (const path of source.list(STYLE_FOLDERS))
    if (isImage(path)) folders.add(path.slice(0, path.lastIndexOf('/')));
  const notes: ImportResult[] = [];
  for (const folder of folders) {
    const [name = ''] = folder.slice(STYLE_FOLDERS.length).split('/');
    const id = findStyleByFolder(
      name,
      styles.map((style) => style.id),
    );
    if (id === undefined) continue;
    const copies = (await listImageFiles(source, folder)).map((path) => ({
      path,
      key: `styles/${id}/${getBaseName(path)}`,
    }));
    notes.push(...(await copyFiles(deps, source, { copies, of: `style ${id}`, folder, dryRun })));
  }
  return notes;
}

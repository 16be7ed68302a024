import {
  findPathKeyFault,
  getBaseName,
  getStem,
  isHiddenName,
  isImage,
  toCaptionAddress,
} from '@trainyard/domain';
import type { ImportSource, SourceEntry } from '../../../ports/storage/import.ts';
import { SourceFileError } from '../../../ports/storage/import.ts';
import type { LeftFile } from './left-files.ts';

/** A file of the source and the key of its copy. */
export interface FileCopy {
  readonly name: string;
  readonly path: string;
  readonly key: string;
}

/** The images and captions of a folder, and the files that are not imported. */
export interface LocalFiles {
  readonly copies: readonly FileCopy[];
  readonly left: readonly LeftFile[];
  /** Number of hidden files, such as `._image_1.png` and `.DS_Store`. */
  readonly hidden: number;
}

/** Selects the files of a folder that are imported. */
export interface FileSelection {
  /** Key prefix of the copies. */
  readonly prefix: string;
  /** Names of documents that a different step imports. */
  readonly documents?: readonly string[];
  /** Stems of images that the store already has: their captions are imported too. */
  readonly stems?: ReadonlySet<string>;
  /** Whether the caller imports the subfolders too. */
  readonly withSubfolders?: boolean;
}

/**
 * Lists the images of a folder and their captions by key, and names every other file with a reason. Names are stored in
 * NFC, since macOS writes NFD and other tools compare bytes. Subfolders are left out; undefined if the folder does not
 * exist. Throws SourceFileError for an unreadable folder.
 */
export async function listLocalFiles(
  source: ImportSource,
  folder: string,
  { prefix, documents = [], stems = new Set(), withSubfolders = false }: FileSelection,
): Promise<LocalFiles | undefined> {
  const entries = await source.listFolder(folder);
  if (!entries) return undefined;
  const isImportedElsewhere = ({ name, kind, fault }: SourceEntry): boolean =>
    documents.includes(name) || (withSubfolders && kind === 'folder' && fault === undefined);
  const visible = entries.filter((entry) => !isHiddenName(entry.name) && !isImportedElsewhere(entry));
  const hidden = entries.filter(({ name }) => isHiddenName(name)).length;
  const left: LeftFile[] = [];
  const candidates = visible.flatMap((entry): readonly FileCopy[] => {
    const key = `${prefix}${entry.name.normalize('NFC')}`;
    const fault = findEntryFault(entry, key);
    if (fault) left.push({ name: entry.name, ...fault });
    return fault ? [] : [{ name: entry.name, path: entry.path, key }];
  });
  const joined = await joinUnicodeForms(source, candidates, left);
  const captions = new Set(
    joined
      .map(({ key }) => key)
      .filter(isImage)
      .map(toCaptionAddress),
  );
  const copies = joined.filter(({ name, key }) => {
    const isWanted = isImage(key) || captions.has(key) || stems.has(getStem(key));
    if (!isWanted) left.push({ name, reason: 'is a caption without an image', outcome: 'skipped' });
    return isWanted;
  });
  return { copies, left, hidden };
}

/** An image without a caption among captions with the trigger is an error of the dataset. */
const EMPTY_CAPTION =
  'is empty, and no training starts until it has a text where other captions hold the trigger';

type Fault = Omit<LeftFile, 'name'>;

/** Returns why an entry cannot be imported; undefined for a readable image or text. */
function findEntryFault(entry: SourceEntry, key: string): Fault | undefined {
  const { name, kind, sizeBytes, fault } = entry;
  const refuse = (reason: string): Fault => ({ reason, outcome: 'refused' });
  if (kind === 'folder' && fault === undefined) {
    if (isImage(name)) return refuse('is a folder, not a file');
    return { reason: 'is a subfolder, which is not imported', outcome: 'skipped' };
  }
  if (fault !== undefined) return refuse(fault);
  if (!isImage(name) && !name.toLowerCase().endsWith('.txt')) {
    const type =
      getBaseName(name)
        .slice(getStem(name).length + 1)
        .toLowerCase() || 'no ending';
    return { reason: `is of a type that is not accepted (${type})`, outcome: 'skipped' };
  }
  const keyFault = findPathKeyFault(key);
  if (keyFault !== undefined)
    return refuse(`has a name that cannot be stored: ${keyFault.replace(/^its key/, 'it')}`);
  if (sizeBytes > 0) return undefined;
  return refuse(isImage(name) ? 'is empty' : EMPTY_CAPTION);
}

/**
 * Leaves one file of those whose names differ only in their Unicode form. Equal files are joined; of different ones the
 * NFC form is imported and the others are refused by name.
 */
async function joinUnicodeForms(
  source: ImportSource,
  files: readonly FileCopy[],
  left: LeftFile[],
): Promise<readonly FileCopy[]> {
  const copies: FileCopy[] = [];
  for (const group of Map.groupBy(files, ({ key }) => key).values()) {
    const chosen = group.find(({ name }) => name === name.normalize('NFC')) ?? group[0];
    if (!chosen) continue;
    copies.push(chosen);
    for (const other of group.filter((each) => each !== chosen)) {
      const isEqual = await haveEqualBytes(source, chosen.path, other.path);
      left.push(
        isEqual
          ? {
              name: other.name,
              reason: 'is a copy under the other Unicode form of a name',
              outcome: 'skipped',
            }
          : {
              name: other.name,
              reason: `has the name of a different file in the other Unicode form (NFC and NFD); rename one of them`,
              outcome: 'refused',
            },
      );
    }
  }
  return copies;
}

async function haveEqualBytes(source: ImportSource, one: string, other: string): Promise<boolean> {
  try {
    const [first, second] = [await source.read(one), await source.read(other)];
    return first !== undefined && second !== undefined && Buffer.compare(first, second) === 0;
  } catch (error) {
    if (error instanceof SourceFileError) return false;
    throw error;
  }
}

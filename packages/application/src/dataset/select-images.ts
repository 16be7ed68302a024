import { normalizeS3Address, S3AddressError, type Subject } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { InvalidRequestError, SelectionSetNotFoundError, SubjectNotFoundError } from '../errors.ts';
import { CatalogueEntryUnreadableError } from '../ports/storage/entry-fault.ts';

type ImageDeps = Pick<Deps, 'catalogue' | 'settings'>;

/** The images of a training: given by the caller, or those of the subject in the catalogue. */
export interface ImageSelection {
  readonly subject: Subject;
  /** Image addresses of the caller; without them the catalogue is read. */
  readonly images?: readonly string[];
  /** Required for a style without `images`; ignored for actors. */
  readonly selectionSetId?: number;
}

/** An entry of a list of images: its `s3://` address, or the entry unchanged with the reason why it is not an address. */
export interface ImageAddress {
  readonly uri: string;
  readonly malformed?: string;
}

/**
 * Lists the image addresses of a subject in the catalogue: the training data of an actor, or a selection set
 * of a style. Throws InvalidRequestError, SubjectNotFoundError or SelectionSetNotFoundError.
 */
export async function listSubjectImages(
  deps: Pick<Deps, 'catalogue'>,
  selection: Omit<ImageSelection, 'images'>,
): Promise<readonly string[]> {
  const { subject, selectionSetId } = selection;
  if (subject.kind === 'actor') {
    const actor = await deps.catalogue.findActor(subject.id);
    if (!actor) throw new SubjectNotFoundError(subject);
    return actor.trainingData.s3Urls;
  }
  if (!(await deps.catalogue.findStyle(subject.id))) throw new SubjectNotFoundError(subject);
  if (selectionSetId === undefined)
    throw new InvalidRequestError([
      { path: 'selection_set_id', message: 'is required for a style without images' },
    ]);
  const sets = await deps.catalogue.listSelectionSets(subject.id);
  const chosen = sets.find(({ id }) => id === selectionSetId);
  if (!chosen) throw await toMissingSetError(deps, subject.id, selectionSetId);
  return chosen.images;
}

async function toMissingSetError({ catalogue }: Pick<Deps, 'catalogue'>, styleId: string, setId: number) {
  const faults = await catalogue.listSelectionSetFaults(styleId);
  const fault = faults.find(({ id }) => Number(id) === setId);
  return fault ? new CatalogueEntryUnreadableError(fault) : new SelectionSetNotFoundError(styleId, setId);
}

function toImageAddress({ settings }: Pick<Deps, 'settings'>, url: string): ImageAddress {
  try {
    return { uri: normalizeS3Address(url, { customEndpoints: settings.customS3Endpoints }).uri };
  } catch (error) {
    if (!(error instanceof S3AddressError)) throw error;
    return { uri: error.url, malformed: error.reason };
  }
}

/**
 * Normalizes image addresses to `s3://` and removes duplicates. Captions listed among the images are omitted: an inspection
 * finds each caption next to its image.
 */
export function toImageAddresses(
  deps: Pick<Deps, 'settings'>,
  urls: readonly string[],
): readonly ImageAddress[] {
  const images = urls
    .map((url) => toImageAddress(deps, url))
    .filter(({ uri }) => !uri.toLowerCase().endsWith('.txt'));
  return [...new Map(images.map((image) => [image.uri, image])).values()];
}

/**
 * Returns the images to train on. Makes no object store request if the caller gave images, so that such a training is
 * accepted while the store is unavailable. Throws InvalidRequestError, SubjectNotFoundError or SelectionSetNotFoundError.
 */
export async function resolveImages(
  deps: ImageDeps,
  selection: ImageSelection,
): Promise<readonly ImageAddress[]> {
  return toImageAddresses(deps, selection.images ?? (await listSubjectImages(deps, selection)));
}

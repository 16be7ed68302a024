import {
  type Actor,
  CorruptDocumentError,
  type EntryFault,
  ObjectStoreError,
  type SelectionSet,
  type Style,
} from '@trainyard/application';
import { actorDocumentSchema, selectionSetDocumentSchema, styleDocumentSchema } from '@trainyard/contracts';
import { omitUndefined, S3AddressError, toSubjectId } from '@trainyard/domain';
import { parsePart, toPart } from '../document.ts';

/** Parses an actor's entry. Throws {@link CorruptDocumentError} with the field at fault. */
export function parseActor(key: string, entry: unknown, index: number, conversions?: EntryFault[]): Actor {
  const where = { key, part: toPart('actor', entry, index), conversions };
  const found = parsePart(actorDocumentSchema, entry, where);
  const { id: catalogueId, name = catalogueId, age, sex, ethnicity, description, poster } = found;
  const [id, data] = [toSubjectId('actor', catalogueId), found.training_data];
  return {
    ...omitUndefined({ id, name, age, sex, ethnicity, description, poster }),
    ...(catalogueId !== id && { catalogueId }),
    trainingData: {
      s3Urls: data?.s3_urls ?? [],
      count: data?.count ?? data?.s3_urls.length ?? 0,
      synced: data?.synced ?? false,
      ...(data?.local_path !== undefined && { localPath: data.local_path }),
    },
    trainingDataGood: found.training_data_good,
    customModelsGood: found.custom_models_good,
  } satisfies Actor;
}

/** Parses a style's entry. Throws {@link CorruptDocumentError} with the field at fault. */
export function parseStyle(key: string, entry: unknown, index: number, conversions?: EntryFault[]): Style {
  const where = { key, part: toPart('style', entry, index), conversions };
  const found = parsePart(styleDocumentSchema, entry, where);
  const { id, name = id, description, poster } = found;
  const trigger = found.trigger ?? found.trigger_token;
  return {
    ...omitUndefined({ id, name, description, poster, trigger }),
    customModelsGood: found.custom_models_good,
  } satisfies Style;
}

/**
 * Parses a selection set; `toUri` converts an image of the document to its `s3://` address. Throws {@link
 * CorruptDocumentError}.
 */
export function parseSelectionSet(
  key: string,
  entry: unknown,
  index: number,
  toUri: (image: string) => string,
): SelectionSet {
  const part = toPart('set', entry, index);
  const found = parsePart(selectionSetDocumentSchema, entry, { key, part });
  try {
    return { id: found.id, name: found.name ?? `Set ${found.id}`, images: found.images.map(toUri) };
  } catch (error) {
    if (!(error instanceof S3AddressError || error instanceof ObjectStoreError)) throw error;
    throw new CorruptDocumentError(key, `${part}: ${error.message}`);
  }
}

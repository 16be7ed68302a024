import {
  type Actor,
  CorruptDocumentError,
  ObjectStoreError,
  type SelectionSet,
  type Style,
} from '@trainyard/application';
import { actorDocumentSchema, selectionSetDocumentSchema, styleDocumentSchema } from '@trainyard/contracts';
import { S3AddressError } from '@trainyard/domain';
import { defined, parsePart } from '../documents/parse.ts';

/** What the catalogue shows of an actor's entry. */
export function parseActor(key: string, entry: unknown, index: number): Actor {
  const found = parsePart(actorDocumentSchema, entry, { key, part: `actor ${index + 1}` });
  const { id, name = id, age, sex, ethnicity, description, poster, training_data: data } = found;
  return {
    ...defined({ id, name, age, sex, ethnicity, description, poster }),
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

/** What the catalogue shows of a style's entry. */
export function parseStyle(key: string, entry: unknown, index: number): Style {
  const found = parsePart(styleDocumentSchema, entry, { key, part: `style ${index + 1}` });
  const { id, name = id, description, poster } = found;
  const trigger = found.trigger ?? found.trigger_token;
  return {
    ...defined({ id, name, description, poster, trigger }),
    customModelsGood: found.custom_models_good,
  } satisfies Style;
}

/** What is shown of a selection set; `addressOf` turns what the file says of an image into its `s3://` address. */
export function parseSelectionSet(
  key: string,
  entry: unknown,
  index: number,
  toUri: (image: string) => string,
): SelectionSet {
  const found = parsePart(selectionSetDocumentSchema, entry, { key, part: `set ${index + 1}` });
  try {
    return { id: found.id, name: found.name ?? `Set ${found.id}`, images: found.images.map(toUri) };
  } catch (error) {
    if (!(error instanceof S3AddressError || error instanceof ObjectStoreError)) throw error;
    throw new CorruptDocumentError(key, `set ${index + 1}: ${error.message}`);
  }
}

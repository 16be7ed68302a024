import type { ObjectStore, StoredObject } from '@trainyard/application';
import { z } from 'zod';
import { HandlerError, RaisedError } from './errors.ts';

const REQUIRED = [
  'mode',
  'user_id',
  'tenant_id',
  'request_id',
  'model_name',
  'learning_rate',
  'max_train_steps',
] as const;

const configSchema = z.looseObject({
  request_id: z.string(),
  model_name: z.string(),
  output_key: z.string().min(1).optional(),
});

/** The fields of a request that the container reads. */
export interface TrainingInput {
  readonly workflow: unknown;
  readonly s3Urls: readonly string[];
  readonly config: z.output<typeof configSchema>;
}

/** Parses a request as the legacy container does. Throws {@link HandlerError} with the message of that container. */
export function readInput(input: Readonly<Record<string, unknown>>): TrainingInput {
  const { workflow, training_data, training_config } = input;
  if (workflow === undefined || workflow === null) throw new HandlerError("Missing 'workflow' parameter");
  const given = z.looseObject({}).safeParse(training_config).data ?? {};
  const missing = REQUIRED.filter((field) => given[field] === undefined || given[field] === '');
  if (missing.length > 0)
    throw new HandlerError(`Missing required training_config fields: ${missing.join(', ')}`);
  const config = configSchema.safeParse(given);
  if (!config.success)
    throw new HandlerError(`Invalid training_config: ${z.prettifyError(config.error).replaceAll('\n', ' ')}`);
  const data = z.looseObject({ s3_urls: z.array(z.string()) }).safeParse(training_data).data;
  return { workflow, s3Urls: data?.s3_urls ?? [], config: config.data };
}

const IMAGE = /\.(png|jpe?g|webp|bmp)$/i;

/**
 * Downloads the training data as the container does and skips missing files. Returns the number of images. Throws
 * {@link HandlerError} without any file and {@link RaisedError} for an empty caption file.
 */
export async function downloadImages(store: ObjectStore, s3Urls: readonly string[]): Promise<number> {
  const found = await Promise.all(
    s3Urls.map(async (url) => ({ url, object: await fetchObject(store, url) })),
  );
  const files = found.filter(
    (file): file is { url: string; object: StoredObject } => file.object !== undefined,
  );
  if (files.length === 0) throw new HandlerError('No files were downloaded from S3');
  const blank = files.find(({ url, object }) => /\.txt$/i.test(url) && object.sizeBytes === 0);
  if (blank) throw new RaisedError('AssertionError', `caption file is empty: ${blank.url.split('/').at(-1)}`);
  return new Set(files.filter(({ url }) => IMAGE.test(url)).map(({ url }) => url.split('/').at(-1))).size;
}

async function fetchObject(store: ObjectStore, url: string): Promise<StoredObject | undefined> {
  try {
    return await store.getUri(url);
  } catch {
    return undefined;
  }
}

/** Throws the {@link RaisedError} of a training node without images (docs/training-nodes.md). */
export function requireImages(images: number): void {
  if (images > 0) return;
  throw new RaisedError('AttributeError', "'FluxNetworkTrainer' object has no attribute 'num_train_epochs'");
}

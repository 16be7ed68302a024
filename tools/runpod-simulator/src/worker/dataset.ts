import type { ObjectStore, StoredObject } from '@trainyard/application';
import { HandlerError, RaisedError } from './errors.ts';

const IMAGE = /\.(png|jpe?g|webp|bmp)$/i;

/** Fetches the training data as the container does; what is not there is skipped. Gives the number of images. */
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

/** The error that an empty or wrong dataset folder ends in (node reference, section 4). */
export function requireImages(images: number): void {
  if (images > 0) return;
  throw new RaisedError('AttributeError', "'FluxNetworkTrainer' object has no attribute 'num_train_epochs'");
}

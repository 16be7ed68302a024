import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestBucket, type S3TestServer } from '@trainyard/testing/s3-server';
import { type ObjectStoreOptions, type OpenObjectStore, openObjectStore } from '../src/index.ts';

/** A new, empty object store, and the URL and options with which a second process opens it. */
export interface TestStore {
  readonly port: OpenObjectStore;
  readonly url: string;
  readonly options: ObjectStoreOptions;
  readonly close: () => Promise<void>;
}

/** Creates a folder store in a temporary folder; `close` deletes the folder. */
export async function newFolderStore(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-store-'));
  const url = `file:${folder}`;
  const port = await openObjectStore(url);
  const close = async () => {
    await port.close();
    await rm(folder, { recursive: true });
  };
  return { port, url, options: {}, close };
}

/** Creates a new bucket at the test server and opens a store in it. */
export async function newS3Store(
  server: S3TestServer,
  prefix = 'some/prefix',
  name?: string,
): Promise<TestStore> {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const s3 = { endpoint, accessKeyId, secretAccessKey, region: 'us-east-1', forcePathStyle: true };
  const url = `s3://${await createTestBucket(server, name)}/${prefix}`;
  const port = await openObjectStore(url, { s3 });
  return { port, url, options: { s3 }, close: () => port.close() };
}

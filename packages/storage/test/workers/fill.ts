import { readdir } from 'node:fs/promises';
import { ObjectStoreError } from '@trainyard/application';
import { openObjectStore } from '../../src/index.ts';

// Fills the disk of its store, then prints the errors and the remaining objects.
const [url = ''] = process.argv.slice(2);
const store = await openObjectStore(url, {});
async function text(key: string) {
  return new TextDecoder().decode((await store.get(key))?.body);
}
async function captureError(key: string, body: Uint8Array | string) {
  const error = await store.put(key, body).then(
    () => undefined,
    (fault: unknown) => fault,
  );
  return error instanceof ObjectStoreError
    ? { code: error.code, retryable: error.retryable, message: error.message }
    : undefined;
}

await store.put('data/actors.json', '[1]');
await store.put('data/room', new Uint8Array(64 * 1024));
const fault = await captureError('data/big', new Uint8Array(1024 * 1024));
while ((await captureError(`filler/${performance.now()}`, new Uint8Array(4096))) === undefined);
const afterwards = (await captureError('data/actors.json', '[2]'))?.code;
const kept = await text('data/actors.json');
const drafts = await readdir(`${url.slice('file:'.length)}/.trainyard/tmp`);
await store.delete('data/room');
await store.put('data/actors.json', '[2]');
process.stdout.write(
  JSON.stringify({ fault, kept, drafts, afterwards, again: await text('data/actors.json') }),
);
await store.close();

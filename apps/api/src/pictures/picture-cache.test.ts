import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createPictureCache } from './picture-cache.ts';

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-cache-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

it('deletes the least recently used pictures above the bound', async () => {
  const folder = await createFolder();
  const cache = createPictureCache(10, folder);
  for (const name of ['a', 'b']) await cache.save(name, new Uint8Array(4));
  expect(await cache.read('a')).toHaveLength(4);
  await cache.save('c', new Uint8Array(4));
  expect(
    [await cache.read('a'), await cache.read('b'), await cache.read('c')].map((each) => each?.length),
  ).toEqual([4, undefined, 4]);
  await cache.save('too large', new Uint8Array(11));
  expect(await cache.read('too large')).toBeUndefined();
  await cache.close();
  expect(await readdir(folder)).toEqual([]);
});

it('creates no folder before the first picture, and ignores a folder that cannot be created', async () => {
  const folder = await createFolder();
  const cache = createPictureCache(10, join(folder, 'missing'));
  expect(await readdir(folder)).toEqual([]);
  await cache.save('a', new Uint8Array(4));
  expect(await cache.read('a')).toBeUndefined();
  await cache.close();
});

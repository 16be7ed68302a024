import { createMemoryObjectStore } from '@trainyard/application';
import { expect, it } from 'vitest';
import { updateCopies } from './manifest-files.ts';

const [KEY, COPY] = [
  'data/actor_manifests/0019_manifest.json',
  'data/actor_manifests/19_manifest.json',
] as const;

it('a writer copies the manifest of a later writer over the manifest of another writer that it copied before', async () => {
  const store = createMemoryObjectStore();
  const read = async (key: string) => JSON.parse(new TextDecoder().decode((await store.get(key))?.body));
  await store.put(KEY, JSON.stringify({ versions: [1, 2] }));
  await store.put(COPY, JSON.stringify({ versions: [] }));
  let copied = 0;
  const racing: typeof store = {
    ...store,
    put: async (key, body, options) => {
      const result = await store.put(key, body, options);
      copied += 1;
      // Another writer changes the manifest, and does not know the copy.
      if (copied === 1) await store.put(KEY, JSON.stringify({ versions: [1, 2, 3] }));
      return result;
    },
  };
  await updateCopies(racing, { key: KEY, json: undefined, copies: [COPY] }, [
    { versions: [] },
    { versions: [1] },
  ]);
  expect(await read(COPY)).toEqual({ versions: [1, 2, 3] });
});

import { createCatalogue, createManifests, openObjectStore } from '../../src/index.ts';

// Opens versions of an actor concurrently with other processes and sends the assigned name of each.
const [url = '', options = '{}', name = '', count = '0'] = process.argv.slice(2);
const store = await openObjectStore(url, JSON.parse(options));
const manifests = createManifests(store, createCatalogue(store));

for (let index = 0; index < Number(count); index++) {
  const version = await manifests.openVersion(
    { kind: 'actor', id: '0019' },
    {
      training_id: `${name}-${index}`,
      timestamp: '2026-11-22T10:00:00.000Z',
      parameters: {},
      status: 'submitting',
      imageCount: 23,
    },
  );
  process.send?.(version.name);
}
await store.close();
process.disconnect?.();

import { markGood, markTrainingDataGood } from '@trainyard/application';
import { createCatalogue, createManifests, openObjectStore } from '../../src/index.ts';

// Marks a version as the API does, sends a message after the write of the manifest, and never writes the catalogue.
const [url = '', options = '{}', what = ''] = process.argv.slice(2);
const store = await openObjectStore(url, JSON.parse(options));
const catalogue = createCatalogue(store);
async function halfway(): Promise<never> {
  process.send?.('halfway');
  return new Promise(() => setInterval(() => undefined, 1_000));
}
const deps = {
  manifests: createManifests(store, catalogue),
  catalogue: { ...catalogue, setActorFlags: halfway, setStyleGood: halfway },
};
if (what === 'data') await markTrainingDataGood(deps, '0019', true);
else
  await markGood(deps, what === 'style' ? { kind: 'style', id: '16' } : { kind: 'actor', id: '0019' }, {
    versionId: 'V1',
    good: true,
  });

import { markGood, markTrainingDataGood } from '@trainyard/application';
import { createCatalogue, createManifests, openObjectStore } from '../../src/index.ts';

// Judges as the API does, and tells when the manifest is written and the catalogue is not; there it stays.
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

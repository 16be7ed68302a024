import type { ObjectStore } from '@trainyard/application';

const IMAGES = ['a', 'b', 'c', 'd', 'e'];

/**
 * Writes two eligible actors, an unreviewed actor, an actor without images, and two styles, of which `16` has a selection
 * set.
 */
export async function writeCatalogue(store: ObjectStore): Promise<void> {
  const ids = ['0019', '0042', '0050'];
  const folders = await Promise.all(
    ids.map((id) => writeImages(store, `actors/${id}/training_data`, `${id} european 20 female`)),
  );
  const [first = [], second = [], third = []] = folders;
  const actors = [
    createActor('0019', first, true),
    createActor('0042', second, true),
    createActor('0050', third, false),
    createActor('0099', [], true),
  ];
  await store.put('data/actors.json', JSON.stringify(actors));
  const scenes = await writeImages(store, 'resources/style_images/16_oil/images', 'style_16');
  await store.put(
    'data/styles.json',
    JSON.stringify([
      { id: '16', name: 'oil' },
      { id: '17', name: 'ink' },
    ]),
  );
  await store.put(
    'resources/style_images/16_oil/selection_sets.json',
    JSON.stringify([{ id: 1, name: 'Set 1', images: scenes }]),
  );
}

async function writeImages(store: ObjectStore, folder: string, trigger: string): Promise<readonly string[]> {
  return Promise.all(
    IMAGES.map(async (stem) => {
      await store.put(`${folder}/${stem}.png`, stem.repeat(20_000));
      await store.put(`${folder}/${stem}.txt`, `a portrait, ${stem}, ${trigger}`);
      return store.toUri(`${folder}/${stem}.png`);
    }),
  );
}

function createActor(id: string, s3Urls: readonly string[], good: boolean) {
  return {
    id,
    name: `${id} european 20 female`,
    age: 20,
    sex: 'female',
    ethnicity: 'european',
    training_data: { s3_urls: s3Urls, count: s3Urls.length, synced: s3Urls.length > 0 },
    training_data_good: good,
    custom_models_good: false,
  };
}

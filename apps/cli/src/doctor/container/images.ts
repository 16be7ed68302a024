import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '@trainyard/application';
import { drawLandscape } from '../../sample/landscape.ts';
import { drawPng } from '../../sample/png.ts';

/** Enough that no report warns of too few. */
const IMAGE_COUNT = 5;
/** What Flux is trained at least on. */
const SIZE_PX = 512;

/** Images that are there for one trial. */
export interface TestImages {
  readonly uris: readonly string[];
  remove(): Promise<void>;
}

/** Draws images with captions into a folder of their own. Throws ObjectStoreError. */
export async function writeTestImages(store: ObjectStore, trigger: string): Promise<TestImages> {
  const folder = `trainyard-doctor/${randomUUID()}`;
  const keys = Array.from({ length: IMAGE_COUNT }, (_, n) => `${folder}/${n}.png`);
  const toCaptionKey = (key: string): string => key.replace(/\.png$/, '.txt');
  for (const [n, key] of keys.entries()) {
    await store.put(key, drawPng(SIZE_PX, drawLandscape('misty', n)), { contentType: 'image/png' });
    await store.put(toCaptionKey(key), `a landscape, ${trigger}`, { contentType: 'text/plain' });
  }
  return {
    uris: keys.map((key) => store.toUri(key)),
    remove: async () => {
      for (const key of keys.flatMap((each) => [each, toCaptionKey(each)])) await store.delete(key);
    },
  };
}

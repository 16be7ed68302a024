import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloseStack } from '@trainyard/runtime';
import { openObjectStore } from '@trainyard/storage';
import { z } from 'zod';
import { type Home, openHome } from '../embedded/home.ts';
import { type SampleOptions, writeSampleCatalogue } from '../sample/write-sample-catalogue.ts';

/** Opens the data folder, or a temporary one that is deleted at the end. */
export async function openDemoFolder({
  data,
  closing,
}: {
  readonly data?: string | undefined;
  readonly closing: CloseStack;
}): Promise<Home> {
  if (data !== undefined) return openHome(data);
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-demo-'));
  closing.register('folder', dir, () => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  return openHome(dir);
}

/** Writes the sample unless it exists, so that later results are kept. */
export async function writeSampleOnce(
  { storeUrl }: Home,
  report: (text: string) => void,
  options: SampleOptions = {},
): Promise<void> {
  const store = await openObjectStore(storeUrl);
  try {
    if (await store.head('data/actors.json'))
      return report('The sample catalogue exists from an earlier run.');
    const { actors, styles, images } = await writeSampleCatalogue(store, options);
    report(`Wrote a sample catalogue: ${actors} actors, ${styles} styles, ${images} images with captions.`);
  } finally {
    await store.close();
  }
}

/**
 * Computes the anchor at which scaled and real time agree, so that scaled time continues where an earlier run stopped and
 * its data are never in the future. Pure. @returns epoch ms
 */
export function computeAnchor(realNow: number, lastNow: number | undefined, factor: number): number {
  return lastNow === undefined || lastNow <= realNow ? realNow : toAnchor(realNow, lastNow, factor);
}

/** The anchor at which the scaled time at `realNow` is `scaledNow`. Pure. Epoch ms. */
export function toAnchor(realNow: number, scaledNow: number, factor: number): number {
  return Math.floor((realNow * factor - scaledNow) / (factor - 1));
}

const storedTimeSchema = z.object({ now: z.number() });

function toTimeFile(dir: string): string {
  return join(dir, 'demo-time.json');
}

/** Reads the scaled time at which the last demo of this folder stopped; undefined without an earlier demo. */
export async function readLastNow(dir: string): Promise<number | undefined> {
  const text = await readFile(toTimeFile(dir), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : storedTimeSchema.parse(JSON.parse(text)).now;
}

/** Stores the scaled time for the next demo of this folder. */
export function writeLastNow(dir: string, now: number): Promise<void> {
  return writeFile(toTimeFile(dir), JSON.stringify({ now }));
}

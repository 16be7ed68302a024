import type { ObjectStore } from '@trainyard/application';
import { CAST, folderOf, type Person, portraitCaption, toneOf } from './cast.ts';
import {
  actorEntry,
  goodManifest,
  imageKeyOf,
  isSynced,
  loraKeyOf,
  type SampleDocument,
  sceneKeyOf,
  selectionSets,
  styleEntry,
} from './documents.ts';
import { landscape } from './landscape.ts';
import { drawPng, type Picture } from './png.ts';
import { portrait } from './portrait.ts';
import { type SampleStyle, STYLES, sceneCaption } from './styles.ts';

const SIZE_PX = 96;
/** Writes at once: enough to keep a disk busy, few enough for any server. */
const CONCURRENCY = 24;

/** What the sample holds. */
export interface SampleSummary {
  readonly actors: number;
  /** Those that auto-train takes. */
  readonly eligible: number;
  readonly styles: number;
  readonly images: number;
}

/**
 * Writes the catalogue of the demo: actors and styles with images drawn here and captions, in the seeds' layout. What
 * is there under the same keys is overwritten. Throws ObjectStoreError when the store does not take it.
 */
export async function writeSampleCatalogue(store: ObjectStore): Promise<SampleSummary> {
  const images = [...CAST.filter(isSynced).flatMap(imagesOf), ...STYLES.flatMap(scenesOf)];
  const posters = CAST.filter(({ images: count }) => count > 0).map(posterOf);
  await writeAll([...images, ...posters], async ({ key, picture, caption }) => {
    await store.put(key, drawPng(SIZE_PX, picture), { contentType: 'image/png' });
    if (caption === undefined) return;
    await store.put(key.replace(/\.png$/, '.txt'), caption, { contentType: 'text/plain' });
  });
  await writeDocuments(store);
  return {
    actors: CAST.length,
    eligible: CAST.filter(({ state }) => state === 'eligible').length,
    styles: STYLES.length,
    images: images.length,
  };
}

interface SampleImage {
  readonly key: string;
  readonly picture: Picture;
  readonly caption?: string;
}

function imagesOf(who: Person): readonly SampleImage[] {
  return Array.from({ length: who.images }, (_, picture) => ({
    key: imageKeyOf(who, picture),
    picture: portraitOf(who, picture),
    caption: portraitCaption(who, picture),
  }));
}

function posterOf(who: Person): SampleImage {
  return { key: `${folderOf(who)}/poster.png`, picture: portraitOf(who, 0) };
}

function portraitOf(who: Person, picture: number): Picture {
  const sitter = { number: Number(who.id), longHair: who.sex === 'female', tone: toneOf(who) };
  return portrait(sitter, picture);
}

function scenesOf(style: SampleStyle): readonly SampleImage[] {
  return Array.from({ length: style.images }, (_, picture) => ({
    key: sceneKeyOf(style, picture),
    picture: landscape(style.manner, picture),
    caption: sceneCaption(style, picture),
  }));
}

async function writeDocuments(store: ObjectStore): Promise<void> {
  const trained = CAST.filter(({ state }) => state === 'good_model');
  for (const who of trained) await store.put(loraKeyOf(who), emptyLora());
  const documents: readonly SampleDocument[] = [
    ...trained.map((who) => goodManifest(store, who)),
    ...STYLES.map((style) => selectionSets(store, style)),
    { key: 'data/styles.json', json: STYLES.map((style) => styleEntry(store, style)) },
    { key: 'data/actors.json', json: CAST.map((who) => actorEntry(store, who)) },
  ];
  for (const { key, json } of documents) {
    await store.put(key, `${JSON.stringify(json, null, 2)}\n`, { contentType: 'application/json' });
  }
}

/** The smallest safetensors file there is: no tensors, and a note that says so. */
function emptyLora(): Buffer {
  const header = Buffer.from(
    JSON.stringify({ __metadata__: { note: 'sample of the demo, holds no weights' } }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header]);
}

async function writeAll<T>(items: readonly T[], write: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await write(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

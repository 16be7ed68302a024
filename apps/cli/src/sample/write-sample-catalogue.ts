import type { ObjectStore } from '@trainyard/application';
import {
  isSynced,
  type SampleDocument,
  toActorEntry,
  toGoodManifest,
  toImageKey,
  toLoraKey,
  toSceneKey,
  toSelectionSets,
  toStyleEntry,
} from './documents.ts';
import { drawLandscape } from './landscape.ts';
import { drawPng, type Picture } from './paint.ts';
import { drawPortrait } from './portrait.ts';
import {
  getSkinTone,
  portraitCaption,
  SAMPLE_ACTORS,
  SAMPLE_STYLES,
  type SampleActor,
  type SampleStyle,
  sceneCaption,
  toActorFolder,
} from './subjects.ts';

const SIZE_PX = 96;
/** Options of {@link writeSampleCatalogue}. */
export interface SampleOptions {
  /** Side of an image in pixels; 96 by default. */
  readonly sizePx?: number;
}

/** Number of concurrent writes. */
const CONCURRENCY = 24;

/** Counts of the sample. */
export interface SampleSummary {
  readonly actors: number;
  /** Actors eligible for auto-train. */
  readonly eligible: number;
  readonly styles: number;
  readonly images: number;
}

/**
 * Writes the catalogue of the demo: actors and styles with generated images and captions, in the legacy layout. Existing
 * objects of the same keys are overwritten. Throws ObjectStoreError.
 */
export async function writeSampleCatalogue(
  store: ObjectStore,
  { sizePx = SIZE_PX }: SampleOptions = {},
): Promise<SampleSummary> {
  const images = [
    ...SAMPLE_ACTORS.filter(isSynced).flatMap(toActorImages),
    ...SAMPLE_STYLES.flatMap(toStyleImages),
  ];
  const posters = SAMPLE_ACTORS.filter(({ images: count }) => count > 0).map(toPoster);
  await writeAll([...images, ...posters], async ({ key, picture, caption }) => {
    await store.put(key, drawPng(sizePx, picture), { contentType: 'image/png' });
    if (caption === undefined) return;
    await store.put(key.replace(/\.png$/, '.txt'), caption, { contentType: 'text/plain' });
  });
  await writeDocuments(store);
  return {
    actors: SAMPLE_ACTORS.length,
    eligible: SAMPLE_ACTORS.filter(({ state }) => state === 'eligible').length,
    styles: SAMPLE_STYLES.length,
    images: images.length,
  };
}

interface SampleImage {
  readonly key: string;
  readonly picture: Picture;
  readonly caption?: string;
}

function toActorImages(actor: SampleActor): readonly SampleImage[] {
  return Array.from({ length: actor.images }, (_, picture) => ({
    key: toImageKey(actor, picture),
    picture: drawActorPortrait(actor, picture),
    caption: portraitCaption(actor, picture),
  }));
}

function toPoster(actor: SampleActor): SampleImage {
  return { key: `${toActorFolder(actor)}/poster.png`, picture: drawActorPortrait(actor, 0) };
}

function drawActorPortrait(actor: SampleActor, picture: number): Picture {
  const subject = { number: Number(actor.id), longHair: actor.sex === 'female', tone: getSkinTone(actor) };
  return drawPortrait(subject, picture);
}

function toStyleImages(style: SampleStyle): readonly SampleImage[] {
  return Array.from({ length: style.images }, (_, picture) => ({
    key: toSceneKey(style, picture),
    picture: drawLandscape(style.landscapeStyle, picture),
    caption: sceneCaption(style, picture),
  }));
}

async function writeDocuments(store: ObjectStore): Promise<void> {
  const trained = SAMPLE_ACTORS.filter(({ state }) => state === 'good_model');
  for (const actor of trained) await store.put(toLoraKey(actor), createEmptyLora());
  const documents: readonly SampleDocument[] = [
    ...trained.map((actor) => toGoodManifest(store, actor)),
    ...SAMPLE_STYLES.map((style) => toSelectionSets(store, style)),
    { key: 'data/styles.json', json: SAMPLE_STYLES.map((style) => toStyleEntry(store, style)) },
    { key: 'data/actors.json', json: SAMPLE_ACTORS.map((actor) => toActorEntry(store, actor)) },
  ];
  for (const { key, json } of documents) {
    await store.put(key, `${JSON.stringify(json, null, 2)}\n`, { contentType: 'application/json' });
  }
}

/** A minimal safetensors file without tensors, with a note in its metadata. */
function createEmptyLora(): Buffer {
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

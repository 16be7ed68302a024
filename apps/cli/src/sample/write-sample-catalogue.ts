import type { ObjectStore } from '@trainyard/application';
import {
  drawLandscape,
  drawPortrait,
  type Picture,
  toPortraitSubject,
} from '@trainyard/runpod-simulator/painting';
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
import { encodePicture } from './encode-picture.ts';
import {
  portraitCaption,
  SAMPLE_ACTORS,
  SAMPLE_STYLES,
  type SampleActor,
  type SampleStyle,
  type SampleSubjects,
  sceneCaption,
  toActorFolder,
} from './subjects.ts';

const SIZE_PX = 512;
/** A poster fills a card, so that it is painted with more detail than a training image. */
const PAINTED_POSTER_PX = 320;

/** Little film grain: an enlarged picture would show it as blotches. */
const GRAIN = 3;

/** Options of {@link writeSampleCatalogue}. */
export interface SampleOptions {
  /** Side of an image, and height of a poster, in pixels; 512 by default. */
  readonly sizePx?: number;
  /** The subjects; those of the demo by default. */
  readonly subjects?: SampleSubjects;
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
  { sizePx = SIZE_PX, subjects = { actors: SAMPLE_ACTORS, styles: SAMPLE_STYLES } }: SampleOptions = {},
): Promise<SampleSummary> {
  const { actors, styles } = subjects;
  const images = [...actors.filter(isSynced).flatMap(toActorImages), ...styles.flatMap(toStyleImages)];
  const posters = actors.filter(({ images: count }) => count > 0).map(toPoster);
  await writeAll([...images, ...posters], async ({ key, picture, isPoster, caption }) => {
    const size = { width: isPoster ? Math.round(sizePx * POSTER_RATIO) : sizePx, height: sizePx };
    const png = await encodePicture(size, picture, ...(isPoster ? [PAINTED_POSTER_PX] : []));
    await store.put(key, png, { contentType: 'image/png' });
    if (caption === undefined) return;
    await store.put(key.replace(/\.png$/, '.txt'), caption, { contentType: 'text/plain' });
  });
  await writeDocuments(store, subjects);
  return {
    actors: actors.length,
    eligible: actors.filter(({ state }) => state === 'eligible').length,
    styles: styles.length,
    images: images.length,
  };
}

/** Width of a poster by its height. */
const POSTER_RATIO = 3 / 4;

interface SampleImage {
  readonly key: string;
  readonly picture: Picture;
  readonly isPoster?: boolean;
  readonly caption: string | undefined;
}

function toActorImages(actor: SampleActor): readonly SampleImage[] {
  return Array.from({ length: actor.images }, (_, picture) => ({
    key: toImageKey(actor, picture),
    picture: drawActorPortrait(actor, picture),
    caption: portraitCaption(actor, picture),
  }));
}

function toPoster(actor: SampleActor): SampleImage {
  const key = `${toActorFolder(actor)}/poster.png`;
  return { key, picture: drawActorPortrait(actor, 0), isPoster: true, caption: undefined };
}

function drawActorPortrait(actor: SampleActor, picture: number): Picture {
  return drawPortrait(toPortraitSubject(actor.id, actor.ethnicity, actor.sex), picture, GRAIN);
}

function toStyleImages(style: SampleStyle): readonly SampleImage[] {
  return Array.from({ length: style.images }, (_, picture) => ({
    key: toSceneKey(style, picture),
    picture: drawLandscape(style.landscapeStyle, picture, GRAIN),
    caption: sceneCaption(style, picture),
  }));
}

async function writeDocuments(store: ObjectStore, { actors, styles }: SampleSubjects): Promise<void> {
  const trained = actors.filter(({ state }) => state === 'good_model');
  for (const actor of trained) await store.put(toLoraKey(actor), createEmptyLora());
  const documents: readonly SampleDocument[] = [
    ...trained.map((actor) => toGoodManifest(store, actor)),
    ...styles.map((style) => toSelectionSets(store, style)),
    { key: 'data/styles.json', json: styles.map((style) => toStyleEntry(store, style)) },
    { key: 'data/actors.json', json: actors.map((actor) => toActorEntry(store, actor)) },
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

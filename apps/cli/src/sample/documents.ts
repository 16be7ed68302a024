import type { ObjectStore } from '@trainyard/application';
import { type SampleActor, type SampleStyle, toActorFolder, toActorName, toTrigger } from './subjects.ts';

/** A document with its key. */
export interface SampleDocument {
  readonly key: string;
  readonly json: unknown;
}

/** Key of an image of an actor. */
export function toImageKey(actor: SampleActor, picture: number): string {
  return `${toActorFolder(actor)}/training_data/image_${picture + 1}.png`;
}

/** Key of an image of a style. */
export function toSceneKey(style: SampleStyle, picture: number): string {
  return `styles/${style.id}/image_${String(picture + 1).padStart(3, '0')}.png`;
}

/** Whether the images of an actor are in the object store. */
export function isSynced(actor: SampleActor): boolean {
  return actor.state !== 'not_synced';
}

/** Entry of `data/actors.json`. */
export function toActorEntry(store: ObjectStore, actor: SampleActor) {
  const pictures = isSynced(actor) ? Array.from({ length: actor.images }, (_, index) => index) : [];
  return {
    id: actor.id,
    name: toActorName(actor),
    age: actor.age,
    sex: actor.sex,
    ethnicity: actor.ethnicity,
    description: `Drawn for the demo: ${actor.ethnicity}, ${actor.age}, ${actor.sex}`,
    ...(actor.state !== 'no_images' && { poster: store.toUri(`${toActorFolder(actor)}/poster.png`) }),
    training_data: {
      s3_urls: pictures.map((picture) => store.toUri(toImageKey(actor, picture))),
      local_path: `data/${toActorFolder(actor)}/training_data`,
      count: actor.images,
      synced: isSynced(actor),
    },
    training_data_good: actor.state !== 'not_reviewed',
    custom_models_good: actor.state === 'good_model',
  };
}

/** Entry of `data/styles.json`. */
export function toStyleEntry(store: ObjectStore, style: SampleStyle) {
  const { id, name, description } = style;
  return { id, name, description, poster: store.toUri(toSceneKey(style, 0)), trigger: toTrigger(style) };
}

/** Selection sets of a style, in its folder (docs/catalogue.md). */
export function toSelectionSets(store: ObjectStore, style: SampleStyle): SampleDocument {
  const folder = `${style.id}_${style.name.toLowerCase().replaceAll(' ', '_')}`;
  const sets = style.sets.map((size, index) => ({
    id: index + 1,
    name: `Set ${index + 1}`,
    images: Array.from({ length: size }, (_, picture) => store.toUri(toSceneKey(style, picture))),
  }));
  return { key: `resources/style_images/${folder}/selection_sets.json`, json: { selection_sets: sets } };
}

/** Manifest of an actor with a good model from before the demo. */
export function toGoodManifest(store: ObjectStore, actor: SampleActor): SampleDocument {
  const loraUrl = store.toUri(toLoraKey(actor));
  const version = {
    id: `actor_${actor.id}_1763800000000`,
    name: 'V1',
    timestamp: '2025-11-22T08:26:40.000Z',
    description: 'Trained before the demo',
    parameters: { network_dim: 16, network_alpha: 8, learning_rate: 0.00025, max_train_steps: 2000 },
    status: 'completed',
    loraUrl,
    imageCount: actor.images,
    good: true,
  };
  const model = { version: 'V1', name: `actor_${actor.id}_V1`, loraUrl, good: true };
  return {
    key: `data/actor_manifests/${actor.id}_manifest.json`,
    json: {
      versions: [version],
      custom_lora_models: [model],
      training_data_good: true,
      custom_models_good: true,
    },
  };
}

/** Key of the model of an actor with a good model. */
export function toLoraKey(actor: SampleActor): string {
  return `models/actor_${actor.id}_V1.safetensors`;
}

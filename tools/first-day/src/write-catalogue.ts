import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type InventedActor, inventActors, toFourDigits } from './actors.ts';
import { writeOddFiles } from './odd-files.ts';
import { drawPicture } from './picture.ts';

/** Writes the folder of the existing tools: catalogue, manifests, styles, images with captions. @returns the actors */
export function writeCatalogue(folder: string, count: number): readonly InventedActor[] {
  const actors = inventActors(count);
  const write = (path: string, data: string | Buffer): void => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, data);
  };
  const writeJson = (path: string, value: unknown): void =>
    write(path, `${JSON.stringify(value, null, 2)}\n`);
  writeJson('data/actors.json', actors.map(toEntry));
  for (const actor of actors) {
    if (hasHistory(actor))
      writeJson(`data/actor_manifests/${toSpelling(actor)}_manifest.json`, toManifest(actor));
    if (hasLocalImages(actor)) writeImages(actor, write);
  }
  writeJson('data/styles.json', [{ id: '16', name: 'Misty hills', trigger: 'style_16' }]);
  writeOddFiles(folder, toImageFolder);
  return actors;
}

/** Half of the tools write `19` where the others write `0019`. */
function toSpelling({ number }: InventedActor): string {
  return number % 4 === 3 ? String(number) : toFourDigits(number);
}

function toImageFolder(number: number): string {
  return `data/actors/${toFourDigits(number)}/training_data`;
}

function hasLocalImages({ role }: InventedActor): boolean {
  return role === 'eligible' || role === 'unreviewed_model' || role === 'not_reviewed';
}

function hasHistory({ number, role }: InventedActor): boolean {
  return number === 19 || role === 'good_model' || role === 'unreviewed_model';
}

function toEntry(actor: InventedActor) {
  const { number, name, role, images } = actor;
  const spelling = toSpelling(actor);
  return {
    id: number % 8 === 7 ? Number(spelling) : spelling,
    name,
    age: 20 + (number % 40),
    sex: number % 2 === 0 ? 'female' : 'male',
    ethnicity: name.split(' ')[1],
    agency: `field of another tool ${number}`,
    training_data: {
      s3_urls: [],
      local_path: number === 31 ? 'C:\\studio\\actors\\0031\\training_data' : toImageFolder(number),
      count: role === 'unreadable' ? 'fifteen' : images,
      synced: false,
    },
    training_data_good: role !== 'not_reviewed',
    custom_models_good: role === 'good_model' && number !== 2,
  };
}

function toManifest(actor: InventedActor) {
  const versions = Array.from({ length: actor.number === 19 ? 6 : 1 }, (_, index) =>
    toVersion(actor, index + 1),
  );
  return {
    actor_id: toSpelling(actor),
    versions,
    custom_lora_models: versions.map(({ name, loraUrl, good }) => ({ version: name, name, loraUrl, good })),
    notes_of_another_tool: { kept: true },
  };
}

function toVersion({ number, role, images }: InventedActor, version: number) {
  const name = `V${version}`;
  return {
    id: `actor_${toFourDigits(number)}_${1_763_800_000_000 + version}`,
    name,
    timestamp: `2025-11-${10 + version}T08:26:40.000Z`,
    parameters: { network_dim: 16, network_alpha: 8, learning_rate: 0.00025, max_train_steps: 2000 },
    status: 'completed',
    loraUrl: `s3://old-studio/loras/actor_${toFourDigits(number)}_${name}.safetensors`,
    imageCount: images,
    good: role === 'good_model',
  };
}

function writeImages(
  { number, images, name }: InventedActor,
  write: (path: string, data: string | Buffer) => void,
): void {
  for (let image = 1; image <= images; image += 1) {
    write(`${toImageFolder(number)}/image_${image}.png`, drawPicture(number * 100 + image));
    write(`${toImageFolder(number)}/image_${image}.txt`, `${name}, portrait ${image}, soft window light`);
  }
}

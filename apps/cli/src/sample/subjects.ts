import type { LandscapeStyle } from '@trainyard/runpod-simulator/painting';

/** An actor of the sample; each ineligible actor has a different reason. */
export interface SampleActor {
  readonly id: string;
  readonly ethnicity: string;
  readonly age: number;
  readonly sex: 'female' | 'male';
  readonly images: number;
  readonly state: 'eligible' | 'not_reviewed' | 'good_model' | 'not_synced' | 'no_images';
  /** Images with an empty caption, counted from 0. */
  readonly emptyCaptions?: readonly number[];
}

/** Parses the name of an actor in the legacy format. */
export function parseActor(
  name: string,
  images: number,
  state: SampleActor['state'] = 'eligible',
): SampleActor {
  const [id = '', ethnicity = '', age = '', sex] = name.split(' ');
  return { id, ethnicity, age: Number(age), sex: sex === 'male' ? 'male' : 'female', images, state };
}

/** Actors of the sample; their image counts cover the presets A, B, C and XL. */
export const SAMPLE_ACTORS: readonly SampleActor[] = [
  parseActor('0001 european 25 female', 16, 'good_model'),
  parseActor('0007 african 28 female', 12),
  parseActor('0011 asian 41 male', 40),
  parseActor('0019 european 20 female', 23),
  parseActor('0023 latin 33 female', 64),
  parseActor('0031 indian 26 male', 15),
  parseActor('0042 european 35 male', 20),
  parseActor('0056 arabic 52 female', 31),
  parseActor('0063 african 60 male', 9, 'not_reviewed'),
  parseActor('0064 asian 19 female', 14, 'not_synced'),
  parseActor('0070 european 47 male', 0, 'no_images'),
];

/** Name in the format of the legacy catalogue: `0019 european 20 female`. */
export function toActorName({ id, ethnicity, age, sex }: SampleActor): string {
  return `${id} ${ethnicity} ${age} ${sex}`;
}

/** Folder of an actor's images, in the legacy layout. */
export function toActorFolder(actor: SampleActor): string {
  return `actors/${toActorName(actor).replaceAll(' ', '_')}`;
}

const VIEWS = ['close portrait', 'portrait', 'head and shoulders', 'portrait, slightly tilted head'];
const LIGHTS = ['soft window light', 'evening light', 'studio light', 'overcast daylight', 'warm lamp light'];
const PLACES = ['a plain wall', 'a blurred street', 'a garden', 'a dark studio', 'a bright room', 'a café'];

/** A caption describes the variable parts of an image; the trigger stands for the actor. */
export function portraitCaption({ sex, emptyCaptions }: SampleActor, picture: number): string {
  if (emptyCaptions?.includes(picture)) return '';
  const subject = sex === 'male' ? 'a man' : 'a woman';
  const [view, light, place] = [VIEWS, LIGHTS, PLACES].map((words) => words[picture % words.length]);
  return `${view} of ${subject} before ${place}, ${light}`;
}

/** A style of the sample. */
export interface SampleStyle {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly landscapeStyle: LandscapeStyle;
  readonly images: number;
  /** Sizes of the selection sets, counted from the first image. */
  readonly sets: readonly number[];
  /** Images without a caption, counted from 0. */
  readonly missingCaptions?: readonly number[];
}

/** The subjects that a sample contains. */
export interface SampleSubjects {
  readonly actors: readonly SampleActor[];
  readonly styles: readonly SampleStyle[];
}

/** Styles of the sample. */
export const SAMPLE_STYLES: readonly SampleStyle[] = [
  {
    id: '16',
    name: 'Misty oil',
    description: 'Soft ranges that fade into mist',
    landscapeStyle: 'misty',
    images: 24,
    sets: [24, 12],
  },
  {
    id: '21',
    name: 'Paper cut',
    description: 'Flat layers with a shadow under each edge',
    landscapeStyle: 'paper',
    images: 10,
    sets: [10],
  },
];

/** Trigger at the end of every caption of a style. */
export function toTrigger({ id }: SampleStyle): string {
  return `style_${id}`;
}

const SCENES = [
  'a wide valley',
  'five ranges of hills',
  'a mountain lake',
  'low hills by the sea',
  'a pass at dawn',
];
const MOODS = [
  'in the early morning',
  'under a pale sun',
  'at noon',
  'in the evening',
  'after rain',
  'in autumn',
];

/** Caption in the format of the legacy guide: `scene description, trigger`; undefined where it is missing. */
export function sceneCaption(style: SampleStyle, picture: number): string | undefined {
  if (style.missingCaptions?.includes(picture)) return undefined;
  const [scene, mood] = [SCENES, MOODS].map((words) => words[picture % words.length]);
  return `${scene} ${mood}, ${toTrigger(style)}`;
}

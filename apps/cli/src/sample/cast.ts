/** A person of the sample; every one of those who cannot be trained has one reason of their own. */
export interface Person {
  readonly id: string;
  readonly ethnicity: string;
  readonly age: number;
  readonly sex: 'female' | 'male';
  readonly images: number;
  readonly state: 'eligible' | 'not_reviewed' | 'good_model' | 'not_synced' | 'no_images';
}

const person = (name: string, images: number, state: Person['state'] = 'eligible'): Person => {
  const [id = '', ethnicity = '', age = '', sex] = name.split(' ');
  return { id, ethnicity, age: Number(age), sex: sex === 'male' ? 'male' : 'female', images, state };
};

/** Their image counts meet every preset of `flux-presets`: A, B, C and XL. */
export const CAST: readonly Person[] = [
  person('0001 european 25 female', 16, 'good_model'),
  person('0007 african 28 female', 12),
  person('0011 asian 41 male', 40),
  person('0019 european 20 female', 23),
  person('0023 latin 33 female', 64),
  person('0031 indian 26 male', 15),
  person('0042 european 35 male', 20),
  person('0056 arabic 52 female', 31),
  person('0063 african 60 male', 9, 'not_reviewed'),
  person('0064 asian 19 female', 14, 'not_synced'),
  person('0070 european 47 male', 0, 'no_images'),
];

/** Named in the seeds' manner: `0019 european 20 female`. */
export const nameOf = ({ id, ethnicity, age, sex }: Person): string => `${id} ${ethnicity} ${age} ${sex}`;

/** Where the images of a person lie, as in seed 003. */
export const folderOf = (who: Person): string => `actors/${nameOf(who).replaceAll(' ', '_')}`;

const TONES: Readonly<Record<string, number>> = { african: 0.32, indian: 0.46, arabic: 0.56, latin: 0.58 };

/** Lightness of the skin in the drawings, 0 to 1. */
export const toneOf = ({ ethnicity }: Person): number => TONES[ethnicity] ?? 0.73;

const VIEWS = ['close portrait', 'portrait', 'head and shoulders', 'portrait, slightly tilted head'];
const LIGHTS = ['soft window light', 'evening light', 'studio light', 'overcast daylight', 'warm lamp light'];
const PLACES = ['a plain wall', 'a blurred street', 'a garden', 'a dark studio', 'a bright room', 'a café'];

/** A caption tells what changes from picture to picture, never the person: that is what the trigger learns. */
export function portraitCaption({ sex }: Person, picture: number): string {
  const who = sex === 'male' ? 'a man' : 'a woman';
  const [view, light, place] = [VIEWS, LIGHTS, PLACES].map((words) => words[picture % words.length]);
  return `${view} of ${who} before ${place}, ${light}`;
}

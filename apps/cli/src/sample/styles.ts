import type { LandscapeStyle } from './landscape.ts';

/** A style of the sample. */
export interface SampleStyle {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly landscapeStyle: LandscapeStyle;
  readonly images: number;
  /** Sizes of the selection sets, counted from the first image. */
  readonly sets: readonly number[];
}

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

/** The trigger that ends every caption of a style (seed 001). */
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

/** `Scene description, trigger_token`, as seed 001 asks. */
export function sceneCaption(style: SampleStyle, picture: number): string {
  const [scene, mood] = [SCENES, MOODS].map((words) => words[picture % words.length]);
  return `${scene} ${mood}, ${toTrigger(style)}`;
}

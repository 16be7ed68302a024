import { drawLandscape } from '../painting/landscape.ts';
import { addGrain, createRandom, drawPng, type Picture, type Random } from '../painting/paint.ts';
import { drawPortrait, toPortraitSubject } from '../painting/portrait.ts';
import { createNoise } from './noise.ts';

/** A sample picture of a finished training. */
export interface Sample {
  /** The prompt decides composition and light, so that samples of the same prompt are comparable. */
  readonly prompt: string;
  /** The run decides the grain. */
  readonly run: string;
  /** Loss at the last step: the picture is clearer at a lower loss. */
  readonly loss: number;
  readonly sizePx: number;
}

/** Name of an actor, as the trigger in a prompt: `0019 european 20 female`. */
const ACTOR_NAME = /\b(\d{4}) (\w+) \d+ (female|male)\b/;
const STYLE_TRIGGER = /\bstyle_(\d+)\b/;

/** Paints a sample as a PNG: the face of the actor in the prompt, the manner of the style, otherwise a face by the prompt. */
export function drawSample(sample: Sample): Buffer {
  const { prompt, run, loss, sizePx } = sample;
  const random = createRandom(toSeed(run));
  const rough = Math.max(0, loss - CLEAR_LOSS);
  const picture = roughen(choosePicture(prompt), rough * ROUGHNESS, random);
  return drawPng({ width: sizePx, height: sizePx }, addGrain(picture, random, GRAIN + rough * 200));
}

/** Loss at which a sample shows every detail. */
const CLEAR_LOSS = 0.27;
/** Displacement of a point at a loss that is 1 higher, relative to half of the side. */
const ROUGHNESS = 0.4;
const GRAIN = 8;

function choosePicture(prompt: string): Picture {
  const scene = toSeed(prompt) % 1_000;
  const style = STYLE_TRIGGER.exec(prompt);
  if (style) return drawLandscape(style[1] === '16' ? 'misty' : 'paper', scene);
  const [, id = String(scene), ethnicity = '', sex = 'female'] = ACTOR_NAME.exec(prompt) ?? [];
  return drawPortrait(toPortraitSubject(id, ethnicity, sex), scene);
}

/** Displaces every point by chance, as in a picture that was denoised too little. */
function roughen(picture: Picture, distance: number, random: Random): Picture {
  const shift = () => (random() - 0.5) * distance;
  return (x, y) => picture(x + shift(), y + shift());
}

function toSeed(text: string): number {
  return Math.floor(createNoise(text)(0) * 2 ** 31);
}

import {
  addGrain,
  type Color,
  createRandom,
  ellipse,
  hsl,
  type Layer,
  mixColors,
  type Picture,
  paintLayers,
  type Random,
  type Shape,
  smooth,
} from './paint.ts';

/** Features of an actor, equal in every image. */
interface Face {
  readonly skin: Color;
  readonly hair: Color;
  readonly longHair: boolean;
  readonly iris: Color;
  readonly lips: Color;
  readonly width: number;
}

/** Range of the film grain in steps of a color channel. */
const GRAIN = 14;

/** The actor to draw; the number determines the face. */
export interface PortraitSubject {
  readonly number: number;
  readonly longHair: boolean;
  /** Lightness of the skin, 0 to 1. */
  readonly tone: number;
}

const TONES: Readonly<Record<string, number>> = { african: 0.32, indian: 0.46, arabic: 0.56, latin: 0.58 };

/** The person to draw, by the parts of an actor's name: `0019 european 20 female`. */
export function toPortraitSubject(id: string, ethnicity: string, sex: string): PortraitSubject {
  return { number: Number(id), longHair: sex === 'female', tone: TONES[ethnicity] ?? 0.73 };
}

/** Draws a portrait: the face depends on the actor, all other features on the number of the image. */
export function drawPortrait(subject: PortraitSubject, picture: number, grain = GRAIN): Picture {
  const seed = subject.number;
  const face = createFace(subject, createRandom(seed * 7919));
  const random = createRandom(seed * 104729 + picture * 31);
  const head = paintLayers(createBackdrop(random), createLayers(face, random));
  return addGrain(applyPose(applyLight(head, random), random), random, grain);
}

function createFace({ tone, longHair }: PortraitSubject, random: Random): Face {
  return {
    skin: hsl(18 + random() * 12, 0.35 + random() * 0.2, tone + random() * 0.05),
    hair: hsl(15 + random() * 30, 0.15 + random() * 0.45, 0.06 + random() * tone * 0.35),
    longHair,
    iris: hsl(random() * 260, 0.5, 0.3),
    lips: hsl(350 + random() * 15, 0.45, 0.45),
    width: 0.4 + random() * 0.08,
  };
}

function createBackdrop(random: Random): Picture {
  const hue = random() * 360;
  const top = hsl(hue, 0.35, 0.35 + random() * 0.3);
  const bottom = hsl((hue + 40) % 360, 0.4, 0.2 + random() * 0.3);
  const lights = Array.from({ length: 5 }, () => ({
    shape: ellipse(random() * 2 - 1, random() * 2 - 1, 0.2, 0.2, 0.8),
    color: mixColors(top, [255, 255, 255], 0.4),
  }));
  return paintLayers((_, y) => mixColors(top, bottom, (y + 1) / 2), lights);
}

function createLayers(face: Face, random: Random): readonly Layer[] {
  const { skin, hair, width } = face;
  const shadow = mixColors(skin, [40, 20, 20], 0.35);
  const shirt = hsl(random() * 360, 0.5, 0.25 + random() * 0.4);
  return [
    {
      shape: ellipse(0, face.longHair ? 0.1 : -0.15, width + 0.14, face.longHair ? 0.85 : 0.6),
      color: hair,
    },
    { shape: ellipse(0, 1.15, 0.85, 0.5), color: shirt },
    { shape: ellipse(0, 0.6, 0.2, 0.35), color: shadow },
    { shape: ellipse(0, 0, width, 0.56), color: skin },
    { shape: createFringe(width), color: hair },
    ...[-1, 1].flatMap((side) => createEye(side * width * 0.45, face, shadow)),
    { shape: ellipse(0.02, 0.12, 0.05, 0.14, 0.8), color: mixColors(skin, shadow, 0.6) },
    { shape: ellipse(0, 0.31, 0.12 + random() * 0.06, 0.03 + random() * 0.04, 0.3), color: face.lips },
  ];
}

/** Hair above the forehead: the upper part of a shape slightly larger than the face. */
function createFringe(width: number): Shape {
  const cap = ellipse(0, -0.08, width + 0.06, 0.56);
  return (x, y) => cap(x, y) * smooth((-0.26 - y + x * x * 0.5) / 0.08);
}

function createEye(x: number, { iris, hair }: Face, shadow: Color): readonly Layer[] {
  return [
    { shape: ellipse(x, -0.17, 0.11, 0.022, 0.4), color: hair },
    { shape: ellipse(x, -0.05, 0.1, 0.06, 0.3), color: shadow },
    { shape: ellipse(x, -0.045, 0.085, 0.045, 0.2), color: [240, 238, 232] },
    { shape: ellipse(x, -0.045, 0.042, 0.045, 0.2), color: iris },
    { shape: ellipse(x, -0.045, 0.018, 0.02, 0.3), color: [12, 10, 10] },
  ];
}

/** Light from one side. */
function applyLight(picture: Picture, random: Random): Picture {
  const angle = random() * Math.PI;
  const strength = 25 + random() * 40;
  return (x, y) => {
    const light = (x * Math.cos(angle) - y * Math.sin(angle)) * strength;
    const [red, green, blue] = picture(x, y);
    return [red + light, green + light, blue + light * 0.9];
  };
}

/** Applies distance, offset and tilt of the camera. */
function applyPose(picture: Picture, random: Random): Picture {
  const tilt = (random() - 0.5) * 0.5;
  const distance = 0.85 + random() * 0.5;
  const [offsetX, offsetY] = [(random() - 0.5) * 0.4, (random() - 0.5) * 0.25];
  const [cos, sin] = [Math.cos(tilt) * distance, Math.sin(tilt) * distance];
  return (x, y) => picture(x * cos - y * sin + offsetX, x * sin + y * cos + offsetY);
}

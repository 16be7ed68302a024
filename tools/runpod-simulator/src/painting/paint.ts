import { crc32, deflateSync } from 'node:zlib';

/** Coverage of a point by a shape, 0 to 1. */
export type Shape = (x: number, y: number) => number;

/** A shape of a single color, painted over lower layers. */
export interface Layer {
  readonly shape: Shape;
  readonly color: Color;
}

/** Generator of numbers from 0 to 1, equal for equal seeds on every machine. */
export type Random = () => number;

/** Paints layers over a background; the last layer is on top. */
export function paintLayers(background: Picture, layers: readonly Layer[]): Picture {
  return (x, y) => {
    let painted = background(x, y);
    for (const { shape, color } of layers) {
      const share = shape(x, y);
      if (share > 0) painted = share >= 1 ? color : mixColors(painted, color, share);
    }
    return painted;
  };
}

/** Creates a deterministic generator (mulberry32), so that the sample is equal on every machine. */
export function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Mixes two colors. @param share of the upper color, 0 to 1 */
export function mixColors(below: Color, above: Color, share: number): Color {
  return [
    below[0] + (above[0] - below[0]) * share,
    below[1] + (above[1] - below[1]) * share,
    below[2] + (above[2] - below[2]) * share,
  ];
}

/** A color by hue (degrees), saturation and lightness (0 to 1). */
export function hsl(hue: number, saturation: number, lightness: number): Color {
  const channel = (offset: number) => {
    const position = (offset + hue / 30) % 12;
    const spread = saturation * Math.min(lightness, 1 - lightness);
    return 255 * (lightness - spread * Math.max(-1, Math.min(position - 3, 9 - position, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

/** An ellipse with an edge soft enough not to show its pixels. */
export function ellipse(cx: number, cy: number, rx: number, ry: number, softness = 0.06): Shape {
  return (x, y) => {
    const [across, down] = [(x - cx) / rx, (y - cy) / ry];
    const square = across * across + down * down;
    return square >= 1 ? 0 : smooth((1 - Math.sqrt(square)) / softness);
  };
}

/** Smooth step: 0 below 0, 1 above 1. */
export function smooth(value: number): number {
  const within = Math.min(1, Math.max(0, value));
  return within * within * (3 - 2 * within);
}

/** Adds film grain, so that no two images are equal. */
export function addGrain(picture: Picture, random: Random, strength: number): Picture {
  return (x, y) => {
    const [red, green, blue] = picture(x, y);
    const noise = (random() - 0.5) * strength;
    return [red + noise, green + noise, blue + noise];
  };
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Red, green and blue, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** Color at a point; both coordinates range from -1 (left, top) to 1. */
export type Picture = (x: number, y: number) => Color;

/** Size of a picture in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Draws a picture as a PNG of 8-bit RGB. */
export function drawPng(size: PictureSize, picture: Picture): Buffer {
  const stride = size.width * 3;
  const pixels = drawPixels(size, picture);
  const rows = Buffer.alloc(size.height * (stride + 1));
  for (let row = 0; row < size.height; row++)
    rows.set(pixels.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  return Buffer.concat([
    SIGNATURE,
    createHeader(size),
    createChunk('IDAT', deflateSync(rows)),
    createChunk('IEND'),
  ]);
}

/**
 * Draws the pixels of a picture row by row, 3 bytes each. The longer side covers -1 to 1, so that a picture of 3:4 shows
 * the middle of a square one.
 */
export function drawPixels({ width, height }: PictureSize, picture: Picture): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  const longer = Math.max(width, height);
  let at = 0;
  for (let row = 0; row < height; row++) {
    const y = (2 * row - height) / longer;
    for (let column = 0; column < width; column++) {
      const [red, green, blue] = picture((2 * column - width) / longer, y);
      pixels[at] = clampByte(red);
      pixels[at + 1] = clampByte(green);
      pixels[at + 2] = clampByte(blue);
      at += 3;
    }
  }
  return pixels;
}

function clampByte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

function createHeader({ width, height }: PictureSize): Buffer {
  const fields = Buffer.alloc(13);
  fields.writeUInt32BE(width, 0);
  fields.writeUInt32BE(height, 4);
  fields.set([8, 2, 0, 0, 0], 8);
  return createChunk('IHDR', fields);
}

function createChunk(type: string, content: Uint8Array = new Uint8Array()): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

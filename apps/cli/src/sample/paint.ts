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
  return (x, y) =>
    layers.reduce(
      (below, { shape, color }) => {
        const share = shape(x, y);
        return share <= 0 ? below : mixColors(below, color, share);
      },
      background(x, y),
    );
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
  return (x, y) => smooth((1 - Math.hypot((x - cx) / rx, (y - cy) / ry)) / softness);
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

/** Draws a picture as a square PNG of 8-bit RGB. */
export function drawPng(sizePx: number, picture: Picture): Buffer {
  const stride = 1 + sizePx * 3;
  const rows = Buffer.alloc(sizePx * stride);
  for (let row = 0; row < sizePx; row++) {
    for (let column = 0; column < sizePx; column++) {
      const color = picture((2 * column) / sizePx - 1, (2 * row) / sizePx - 1);
      const at = row * stride + 1 + column * 3;
      for (let channel = 0; channel < 3; channel++) {
        rows[at + channel] = Math.min(255, Math.max(0, Math.round(color[channel] ?? 0)));
      }
    }
  }
  return Buffer.concat([
    SIGNATURE,
    createHeader(sizePx),
    createChunk('IDAT', deflateSync(rows)),
    createChunk('IEND'),
  ]);
}

function createHeader(sizePx: number): Buffer {
  const fields = Buffer.alloc(13);
  fields.writeUInt32BE(sizePx, 0);
  fields.writeUInt32BE(sizePx, 4);
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

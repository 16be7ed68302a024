import { createNoise } from './noise.ts';
import { encodePng } from './png.ts';

const WHITE = [255, 255, 255] as const;
const GRAY = [190, 190, 190] as const;
const RED = [214, 39, 40] as const;
const MARGIN = 24;

/** The loss over the steps as a PNG: axes and one curve, in the size that the plot node asks for. */
export function drawLossPlot(
  losses: readonly number[],
  size: { readonly width: number; readonly height: number },
): Buffer {
  const { width, height } = size;
  const pixels = new Uint8Array(width * height);
  const put = (x: number, y: number, color: number) => {
    if (x >= 0 && x < width && y >= 0 && y < height) pixels[y * width + x] = color;
  };
  for (let x = MARGIN; x < width - MARGIN; x++) put(x, height - MARGIN, 1);
  for (let y = MARGIN; y < height - MARGIN; y++) put(MARGIN, y, 1);
  const top = Math.max(...losses, Number.EPSILON);
  let last: number | undefined;
  for (let x = MARGIN; x < width - MARGIN; x++) {
    const at = Math.floor(((x - MARGIN) / (width - 2 * MARGIN)) * losses.length);
    const y = Math.round(height - MARGIN - ((losses[at] ?? 0) / top) * (height - 2 * MARGIN));
    for (let line = Math.min(y, last ?? y); line <= Math.max(y, last ?? y); line++) put(x, line, 2);
    last = y;
  }
  return encodePng({ width, height, palette: [WHITE, GRAY, RED], pixels });
}

const SAMPLE_SIDE = 64;

/** A sample picture: soft bands whose colors follow the seed, so that two trainings are told apart at a glance. */
export function drawSamplePicture(seed: string): Buffer {
  const noise = createNoise(seed);
  const palette = Array.from({ length: 16 }, (_, at) => {
    const shade = (channel: number) => Math.round(40 + at * 8 + noise(channel) * 90);
    return [shade(0), shade(1), shade(2)] as const;
  });
  const pixels = new Uint8Array(SAMPLE_SIDE * SAMPLE_SIDE);
  const [wave, turn] = [4 + noise(3) * 8, noise(4) * Math.PI];
  for (const at of pixels.keys()) {
    const [x, y] = [at % SAMPLE_SIDE, Math.floor(at / SAMPLE_SIDE)];
    const level = Math.sin((x * Math.cos(turn) + y * Math.sin(turn)) / wave);
    pixels[at] = Math.min(15, Math.floor(((level + 1) / 2) * 16));
  }
  return encodePng({ width: SAMPLE_SIDE, height: SAMPLE_SIDE, palette, pixels });
}

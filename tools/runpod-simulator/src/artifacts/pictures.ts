import { crc32, deflateSync } from 'node:zlib';

const WHITE = [255, 255, 255] as const;
const GRAY = [190, 190, 190] as const;
const RED = [214, 39, 40] as const;
const MARGIN = 24;

/** Draws the loss over the steps as a PNG with axes and a curve, in the size of the plot node in pixels. */
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

/** A picture of palette indexes, row by row. */
interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of each index. */
  readonly palette: readonly (readonly [number, number, number])[];
  readonly pixels: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Encodes a picture as a PNG with 8-bit palette colors. */
function encodePng({ width, height, palette, pixels }: Picture): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([
    SIGNATURE,
    createChunk('IHDR', head),
    createChunk('PLTE', Buffer.from(palette.flat())),
    createChunk('IDAT', deflateSync(rows, { level: 6 })),
    createChunk('IEND', Buffer.alloc(0)),
  ]);
}

function createChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  frame.set(body, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

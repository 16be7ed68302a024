import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Red, green and blue, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** What stands at a point; both coordinates run from -1 (left, top) to 1. */
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

import { crc32, deflateSync } from 'node:zlib';

const SIDE_PX = 512;
/** Drawing takes 50 ms: files of one drawing differ in a comment. */
const DRAWINGS = 6;
const drawn = new Map<number, readonly Buffer[]>();

/** Draws a PNG of 512 × 512 pixels. Equal seeds give equal files, different seeds different ones. */
export function drawPicture(seed: number): Buffer {
  const drawing = seed % DRAWINGS;
  const chunks = drawn.get(drawing) ?? drawChunks(drawing);
  drawn.set(drawing, chunks);
  const comment = toChunk('tEXt', Buffer.from(`Comment\0picture ${seed}`, 'latin1'));
  return Buffer.concat([SIGNATURE, ...chunks, comment, toChunk('IEND', Buffer.alloc(0))]);
}

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

function drawChunks(drawing: number): readonly Buffer[] {
  const rows = Array.from({ length: SIDE_PX }, (_, y) => drawRow(drawing, y));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE_PX, 0);
  header.writeUInt32BE(SIDE_PX, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return [toChunk('IHDR', header), toChunk('IDAT', deflateSync(Buffer.concat(rows), { level: 1 }))];
}

function drawRow(drawing: number, y: number): Buffer {
  const row = Buffer.alloc(1 + SIDE_PX * 3);
  for (let x = 0; x < SIDE_PX; x += 1)
    row.set([(x + drawing * 31) & 255, (y + drawing * 17) & 255, ((x * y) >> 8) & 255], 1 + x * 3);
  return row;
}

function toChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), chunk.length - 4);
  return chunk;
}

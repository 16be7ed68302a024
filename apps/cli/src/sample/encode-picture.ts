import { drawPixels, drawPng, type Picture, type PictureSize } from '@trainyard/runpod-simulator/painting';

/** Painting costs a microsecond per pixel: a larger picture is painted with this side and enlarged. */
const PAINTED_PX = 128;

/** Paints a picture and encodes it as a PNG; `paintedPx` is the longer side that is painted. */
export async function encodePicture(
  size: PictureSize,
  picture: Picture,
  paintedPx = PAINTED_PX,
): Promise<Uint8Array> {
  const longer = Math.max(size.width, size.height);
  if (longer <= paintedPx) return drawPng(size, picture);
  const width = Math.round((size.width * paintedPx) / longer);
  const height = Math.round((size.height * paintedPx) / longer);
  // The command line starts without the native library, which only the demo needs.
  const { default: sharp } = await import('sharp');
  return sharp(drawPixels({ width, height }, picture), { raw: { width, height, channels: 3 } })
    .resize(size.width, size.height, { kernel: 'cubic' })
    .png({ compressionLevel: 6 })
    .toBuffer();
}

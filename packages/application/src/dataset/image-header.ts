import type { ImageDimensions } from '@trainyard/domain';
import { BMP } from 'image-size/types/bmp';
import { JPG } from 'image-size/types/jpg';
import { PNG } from 'image-size/types/png';
import { WEBP } from 'image-size/types/webp';

/** The bytes of an image file that are read for its header. A larger preview picture in front of it hides the header. */
export const HEADER_BYTES = 64 * 1024;

const TYPES = [PNG, JPG, WEBP, BMP];

/** Reads width and height from the first bytes of an image; undefined when its header is not readable. Never throws. */
export function readDimensions(start: Uint8Array): ImageDimensions | undefined {
  try {
    const type = TYPES.find((each) => each.validate(start));
    const { width = 0, height = 0 } = type?.calculate(start) ?? {};
    return width > 0 && height > 0 ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}

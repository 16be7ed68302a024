/** Media types of the raster pictures that are served. */
export type RasterType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/bmp';

/** The number of bytes from which {@link sniffRasterType} recognizes every type. */
const SNIFFED_BYTES = 12;

/**
 * Recognizes a raster picture by its first bytes; undefined for every other content, whatever its name is. SVG and HTML
 * are text that a browser may execute, and are never served.
 */
export function sniffRasterType(bytes: Uint8Array): RasterType | undefined {
  const head = Buffer.from(bytes.subarray(0, SNIFFED_BYTES));
  const text = head.toString('latin1');
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp';
  return text.startsWith('BM') && head.length === SNIFFED_BYTES ? 'image/bmp' : undefined;
}

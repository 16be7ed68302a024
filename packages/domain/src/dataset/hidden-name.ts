/** Files and folders that macOS and Windows add to a folder, in lower case; the icon file of macOS ends with a return. */
const SYSTEM_NAMES: ReadonlySet<string> = new Set([
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  'icon\r',
  '__macosx',
]);

/**
 * Whether an operating system or a tool added this file or folder: a name with a leading dot, such as `._image_1.png` and
 * `.DS_Store` of macOS, or one such as `Thumbs.db` of Windows. Such a file is no image, whatever its ending.
 */
export function isHiddenName(name: string): boolean {
  return name.startsWith('.') || SYSTEM_NAMES.has(name.toLowerCase());
}

/** File endings of the supported image types, in lower or upper case. */
export const IMAGE_TYPES = ['jpg', 'jpeg', 'png', 'webp', 'bmp'] as const;

/** The name after the last `/` of an address or key. */
export function getBaseName(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1);
}

/** The base name without its ending; the trainer pairs image and caption by it. */
export function getStem(address: string): string {
  const name = getBaseName(address);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** Address of the caption of an image: `<stem>.txt` in the same folder. */
export function toCaptionAddress(address: string): string {
  return `${address.slice(0, address.lastIndexOf('/') + 1)}${getStem(address)}.txt`;
}

/** Whether the ending of this address is one of {@link IMAGE_TYPES}. */
export function isImage(address: string): boolean {
  const name = getBaseName(address);
  const ending = name.slice(getStem(name).length + 1).toLowerCase();
  return (IMAGE_TYPES as readonly string[]).includes(ending);
}

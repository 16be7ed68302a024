/** File endings of the image types that the trainer reads. */
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

/** The ending of the base name without its dot; "" without an ending. */
function getEnding(address: string): string {
  return getBaseName(address).slice(getStem(address).length + 1);
}

/** Address of the caption of an image: `<stem>.txt` in the same folder. */
export function toCaptionAddress(address: string): string {
  return `${address.slice(0, address.lastIndexOf('/') + 1)}${getStem(address)}.txt`;
}

/** Whether the ending of this address is one of {@link IMAGE_TYPES}, in any case. */
export function isImage(address: string): boolean {
  return (IMAGE_TYPES as readonly string[]).includes(getEnding(address).toLowerCase());
}

/** Whether the ending mixes upper and lower case, such as `.Png`: the trainer lists only `*.png` and `*.PNG`. */
export function hasMixedCaseEnding(address: string): boolean {
  const ending = getEnding(address);
  return ending !== ending.toLowerCase() && ending !== ending.toUpperCase();
}

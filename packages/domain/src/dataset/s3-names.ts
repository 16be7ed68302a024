const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const MAX_KEY_BYTES = 1024;

/** Why this is no bucket name (S3's naming rules), or undefined. */
export function findBucketFault(bucket: string): string | undefined {
  if (bucket === '') return 'it names no bucket';
  if (!BUCKET.test(bucket) || bucket.includes('..') || IPV4.test(bucket)) {
    return 'its bucket name is invalid (3 to 63 lower-case letters, digits, dots and hyphens)';
  }
  return undefined;
}

/**
 * Why this is no object's key, or undefined. Stricter than S3 in one point: a key is also a path, in the folder
 * store and in the container, so `.` and `..` are no parts of it.
 */
export function findKeyFault(key: string): string | undefined {
  if (key === '') return 'it names a bucket but no object';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(key)) return 'its key holds a control character';
  if (!key.isWellFormed()) return 'its key is no valid Unicode';
  if (utf8Length(key) > MAX_KEY_BYTES) return `its key is longer than ${MAX_KEY_BYTES} bytes`;
  if (key.split('/').some((part) => part === '.' || part === '..')) return 'its key holds a part . or ..';
  return undefined;
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

import { createHash } from 'node:crypto';
import { ObjectStoreError, PreconditionFailedError } from '../../errors.ts';
import {
  assertObjectKey,
  type ObjectHead,
  type ObjectStore,
  type PutOptions,
  parseObjectUri,
  type StoredObject,
} from '../../ports/storage/object-store.ts';

/** The bucket and the clock of the store. */
export interface MemoryObjectStoreOptions {
  /** The bucket of `s3://` addresses; `local` by default. */
  readonly bucket?: string;
  readonly nowMs?: () => number;
  /** Whether the store knows the SHA-256 of its objects; false by default. */
  readonly keepsChecksums?: boolean;
}

/** Creates an object store that lives as long as the process, for tests and previews. ETags are content hashes, as in S3. */
export function createMemoryObjectStore(options: MemoryObjectStoreOptions = {}): ObjectStore {
  const { bucket = 'local', nowMs = Date.now, keepsChecksums = false } = options;
  const objects = new Map<string, StoredObject>();

  const read = (key: string): StoredObject | undefined => {
    const found = objects.get(key);
    return found && { ...found, body: found.body.slice() };
  };
  const toKey = (uri: string): string => {
    const address = parseObjectUri(uri);
    if (address.bucket === bucket) return address.key;
    throw new ObjectStoreError(uri, `this store has only the bucket ${bucket}`, { retryable: false });
  };
  const put = (key: string, body: Uint8Array | string, { condition }: PutOptions): { etag: string } => {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body.slice();
    if (condition && !matchesCondition(condition, objects.get(key))) throw new PreconditionFailedError(key);
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    objects.set(key, { key, etag, sizeBytes: bytes.length, lastModifiedMs: nowMs(), body: bytes });
    return { etag };
  };

  return {
    get: async (key) => read(validateKey(key)),
    head: async (key) => toHead(objects.get(validateKey(key))),
    put: async (key, body, putOptions = {}) => put(validateKey(key), body, putOptions),
    delete: async (key) => {
      objects.delete(validateKey(key));
    },
    async *list(prefix) {
      for (const key of [...objects.keys()].sort(compareBytes)) {
        const head = key.startsWith(prefix) ? toHead(objects.get(key)) : undefined;
        if (head) yield head;
      }
    },
    headUri: async (uri) => toHead(objects.get(toKey(uri))),
    getUri: async (uri) => read(toKey(uri)),
    readStart: async (uri, maxBytes) => read(toKey(uri))?.body.subarray(0, maxBytes),
    openUri: async (uri) => {
      const found = read(toKey(uri));
      return found && { ...found, body: toSingleChunk(found.body) };
    },
    readSha256: async (uri) => {
      const found = objects.get(toKey(uri));
      return found && keepsChecksums ? createHash('sha256').update(found.body).digest('hex') : undefined;
    },
    toUri: (key) => `s3://${bucket}/${validateKey(key)}`,
    presignGet: async () => undefined,
    presignPut: async () => undefined,
  };
}

async function* toSingleChunk(body: Uint8Array): AsyncIterable<Uint8Array> {
  yield body;
}

function validateKey(key: string): string {
  assertObjectKey(key);
  return key;
}

function matchesCondition(
  condition: NonNullable<PutOptions['condition']>,
  current: StoredObject | undefined,
): boolean {
  return 'ifAbsent' in condition ? current === undefined : current?.etag === condition.ifMatch;
}

function toHead(object: StoredObject | undefined): ObjectHead | undefined {
  if (!object) return undefined;
  const { body: _, ...head } = object;
  return head;
}

/** S3 orders keys by their UTF-8 bytes, which differs from the order of JavaScript strings. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

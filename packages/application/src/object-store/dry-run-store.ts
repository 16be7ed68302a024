import { createHash } from 'node:crypto';
import { PreconditionFailedError } from '../errors.ts';
import {
  assertObjectKey,
  type ObjectHead,
  type ObjectStore,
  type StoredObject,
  type WriteCondition,
} from '../ports/storage/object-store.ts';

/**
 * Creates a store that reads from `base` and keeps writes in memory, so that a dry run takes the same path as a real one and
 * no request changes `base`. Bodies are kept for JSON documents only: images would fill the memory.
 */
export function createDryRunStore(base: ObjectStore): ObjectStore {
  const written = new Map<string, StoredObject | undefined>();
  const keysByUri = new Map<string, string>();
  const write = (key: string, object: StoredObject | undefined): void => {
    written.set(key, object);
    keysByUri.set(base.toUri(key), key);
  };
  const head = async (key: string): Promise<ObjectHead | undefined> => {
    assertObjectKey(key);
    return written.has(key) ? toHead(written.get(key)) : base.head(key);
  };
  const get = async (key: string) => (written.has(key) ? written.get(key) : base.get(key));
  const readUri = async <T>(uri: string, own: (key: string) => Promise<T>, other: () => Promise<T>) => {
    const key = keysByUri.get(uri);
    return key === undefined ? other() : own(key);
  };
  return {
    ...base,
    head,
    get,
    put: async (key, body, { condition } = {}) => {
      if (condition && !matchesCondition(condition, await head(key))) throw new PreconditionFailedError(key);
      const object = toObject(key, typeof body === 'string' ? new TextEncoder().encode(body) : body);
      write(key, object);
      return { etag: object.etag };
    },
    delete: async (key) => write(key, undefined),
    list: (prefix) => listObjects(base, written, prefix),
    headUri: (uri) => readUri(uri, head, () => base.headUri(uri)),
    getUri: (uri) => readUri(uri, get, () => base.getUri(uri)),
  };
}

function matchesCondition(condition: WriteCondition, current: ObjectHead | undefined): boolean {
  return 'ifAbsent' in condition ? current === undefined : current?.etag === condition.ifMatch;
}

async function* listObjects(
  base: ObjectStore,
  written: ReadonlyMap<string, StoredObject | undefined>,
  prefix: string,
): AsyncIterable<ObjectHead> {
  const heads = new Map<string, ObjectHead>();
  for await (const found of base.list(prefix)) heads.set(found.key, found);
  for (const [key, object] of written) {
    const found = toHead(object);
    if (found && key.startsWith(prefix)) heads.set(key, found);
    if (!found) heads.delete(key);
  }
  yield* [...heads.values()].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}

function toObject(key: string, bytes: Uint8Array): StoredObject {
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  const body = key.endsWith('.json') ? bytes : new Uint8Array();
  return { key, etag, sizeBytes: bytes.length, lastModifiedMs: Date.now(), body };
}

function toHead(object: StoredObject | undefined): ObjectHead | undefined {
  if (!object) return undefined;
  const { body: _, ...head } = object;
  return head;
}

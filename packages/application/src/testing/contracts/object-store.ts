import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ObjectStoreError, PreconditionFailedError } from '../../errors.ts';
import type { ObjectStore } from '../../ports/storage/object-store.ts';
import type { PortHandle } from './port-handle.ts';

/** The cases that every object store passes. `open` returns an empty store. */
export function objectStoreContract(name: string, open: () => Promise<PortHandle<ObjectStore>>): void {
  describe(`${name} as an object store`, () => {
    let handle: PortHandle<ObjectStore>;
    beforeEach(async () => {
      handle = await open();
    });
    afterEach(() => handle.close());
    const current = () => handle.port;
    testBytes(current);
    testConditionalWrites(current);
    testListing(current);
    testAddresses(current);
    testKeyValidation(current);
  });
}

function text(body: Uint8Array | undefined) {
  return body && new TextDecoder().decode(body);
}

function testBytes(store: () => ObjectStore): void {
  it('returns the stored bytes with their size and ETag', async () => {
    const body = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
    const { etag } = await store().put('a/b.bin', body, { contentType: 'application/octet-stream' });
    const found = await store().get('a/b.bin');
    expect(found).toMatchObject({ key: 'a/b.bin', etag, sizeBytes: 70_000 });
    expect(Buffer.from(found?.body ?? [])).toEqual(Buffer.from(body));
    expect(found?.lastModifiedMs).toBeGreaterThan(1_600_000_000_000);
    expect(await store().head('a/b.bin')).toMatchObject({ key: 'a/b.bin', etag, sizeBytes: 70_000 });
  });

  it('returns undefined for a missing object', async () => {
    expect(await store().get('nothing/here')).toBeUndefined();
    expect(await store().head('nothing/here')).toBeUndefined();
    expect(await store().headUri(store().toUri('nothing/here'))).toBeUndefined();
    expect(await store().getUri(store().toUri('nothing/here'))).toBeUndefined();
  });

  it('deletes an object, and ignores the deletion of a missing one', async () => {
    await store().put('a', 'x');
    await store().delete('a');
    expect(await store().get('a')).toBeUndefined();
    await store().delete('a');
  });

  it('returns equal ETags for equal bytes and different ones for different bytes', async () => {
    const first = await store().put('a', 'one');
    expect(await store().put('b', 'one')).toEqual(first);
    expect((await store().put('a', 'two')).etag).not.toBe(first.etag);
  });

  it('stores an empty object', async () => {
    await store().put('empty.txt', '');
    expect(await store().head('empty.txt')).toMatchObject({ sizeBytes: 0 });
    expect(text((await store().get('empty.txt'))?.body)).toBe('');
  });
}

function testConditionalWrites(store: () => ObjectStore): void {
  it('creates only a missing object with the condition ifAbsent', async () => {
    const { etag } = await store().put('doc', '1', { condition: { ifAbsent: true } });
    const again = store().put('doc', '2', { condition: { ifAbsent: true } });
    await expect(again).rejects.toBeInstanceOf(PreconditionFailedError);
    expect(await store().head('doc')).toMatchObject({ etag });
  });

  it('replaces only an unchanged object with the condition ifMatch', async () => {
    const first = await store().put('doc', '1');
    const second = await store().put('doc', '2', { condition: { ifMatch: first.etag } });
    const stale = store().put('doc', '3', { condition: { ifMatch: first.etag } });
    await expect(stale).rejects.toBeInstanceOf(PreconditionFailedError);
    await store().put('doc', '4', { condition: { ifMatch: second.etag } });
    expect(text((await store().get('doc'))?.body)).toBe('4');
  });

  it('rejects the conditional replacement of a deleted object', async () => {
    const { etag } = await store().put('doc', '1');
    await store().delete('doc');
    const swap = store().put('doc', '2', { condition: { ifMatch: etag } });
    await expect(swap).rejects.toBeInstanceOf(PreconditionFailedError);
    expect(await store().get('doc')).toBeUndefined();
  });

  it('lets exactly one of many concurrent creations succeed', async () => {
    const tries = Array.from({ length: 12 }, (_, index) =>
      store().put('doc', `writer ${index}`, { condition: { ifAbsent: true } }),
    );
    const settled = await Promise.allSettled(tries);
    const won = settled.flatMap((result, index) => (result.status === 'fulfilled' ? [index] : []));
    expect(won).toHaveLength(1);
    expect(text((await store().get('doc'))?.body)).toBe(`writer ${won[0]}`);
  });

  it('loses no write of many concurrent writers that retry a compare-and-swap', async () => {
    await store().put('count', '0');
    await Promise.all(Array.from({ length: 10 }, () => increment(store(), 'count')));
    expect(text((await store().get('count'))?.body)).toBe('10');
  });
}

/** Increments a counter by compare-and-swap, with retries. */
async function increment(store: ObjectStore, key: string): Promise<void> {
  for (;;) {
    const found = await store.get(key);
    if (!found) throw new Error(`${key} vanished`);
    try {
      await store.put(key, String(Number(text(found.body)) + 1), { condition: { ifMatch: found.etag } });
      return;
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error;
    }
  }
}

function testListing(store: () => ObjectStore): void {
  const listKeys = async (prefix: string) => {
    const keys: string[] = [];
    for await (const head of store().list(prefix)) keys.push(head.key);
    return keys;
  };

  it('lists the objects with a prefix by key, at every depth', async () => {
    for (const key of ['p/b.txt', 'p/a/2', 'p/a/1', 'p/a.txt', 'p/a-b', 'q', 'pp'])
      await store().put(key, key);
    expect(await listKeys('p/')).toEqual(['p/a-b', 'p/a.txt', 'p/a/1', 'p/a/2', 'p/b.txt']);
    expect(await listKeys('p/a')).toEqual(['p/a-b', 'p/a.txt', 'p/a/1', 'p/a/2']);
    expect(await listKeys('')).toEqual(['p/a-b', 'p/a.txt', 'p/a/1', 'p/a/2', 'p/b.txt', 'pp', 'q']);
    expect(await listKeys('none/')).toEqual([]);
  });

  it('lists sizes and the ETags of a read', async () => {
    const { etag } = await store().put('p/a', 'four');
    for await (const head of store().list('p/'))
      expect(head).toMatchObject({ key: 'p/a', etag, sizeBytes: 4 });
  });

  it('returns keys with characters of any script unchanged', async () => {
    const keys = ['k/a b+c%2Fd é.txt', 'k/日本語/😀.png', "k/it's (1) & more, #2?.txt"];
    for (const key of keys) await store().put(key, key);
    expect((await listKeys('k/')).sort()).toEqual([...keys].sort());
    for (const key of keys) expect(text((await store().get(key))?.body)).toBe(key);
  });
}

function testAddresses(store: () => ObjectStore): void {
  it('finds an object by its s3:// address', async () => {
    const { etag } = await store().put('a b+c%20é.txt', 'x');
    const uri = store().toUri('a b+c%20é.txt');
    expect(uri).toMatch(/^s3:\/\/[^/]+\/(.*\/)?a b\+c%20é\.txt$/);
    expect(await store().headUri(uri)).toMatchObject({ etag, sizeBytes: 1 });
    expect(text((await store().getUri(uri))?.body)).toBe('x');
  });

  it('reads the first bytes of an object, fewer when it is shorter', async () => {
    const body = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    await store().put('big.bin', body);
    await store().put('empty.bin', '');
    const read = (key: string, maxBytes: number) => store().readStart(store().toUri(key), maxBytes);
    expect(Buffer.from((await read('big.bin', 1_000)) ?? [])).toEqual(Buffer.from(body.subarray(0, 1_000)));
    expect((await read('big.bin', 400_000))?.length).toBe(300_000);
    expect(await read('empty.bin', 10)).toEqual(new Uint8Array());
    expect(await read('none.bin', 10)).toBeUndefined();
  });

  it('streams an object in chunks', async () => {
    const body = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    await store().put('big.bin', body);
    const open = await store().openUri(store().toUri('big.bin'));
    const pieces: Uint8Array[] = [];
    for await (const piece of open?.body ?? []) pieces.push(piece);
    expect(open?.sizeBytes).toBe(300_000);
    expect(Buffer.concat(pieces).equals(Buffer.from(body))).toBe(true);
    expect(await store().openUri(store().toUri('none.bin'))).toBeUndefined();
  });

  it('rejects an address that is not an s3:// address', async () => {
    await expect(store().headUri('https://example.com/a')).rejects.toMatchObject({ retryable: false });
    await expect(store().getUri('s3://bucket')).rejects.toBeInstanceOf(ObjectStoreError);
  });

  it('uploads and downloads by presigned URLs without credentials, where the store has them', async () => {
    const put = await store().presignPut('up.txt', { expiresInSeconds: 60, contentType: 'text/plain' });
    if (put === undefined) return;
    const headers = { 'content-type': 'text/plain' };
    expect((await fetch(put, { method: 'PUT', body: 'sent', headers })).status).toBe(200);
    const options = { expiresInSeconds: 60, fileName: 'mine.txt' };
    const get = await fetch((await store().presignGet(store().toUri('up.txt'), options)) ?? '');
    expect(await get.text()).toBe('sent');
    const sized = await store().presignPut('up.txt', {
      expiresInSeconds: 60,
      contentType: 'text/plain',
      sizeBytes: 4,
    });
    expect(new URL(sized ?? '').searchParams.get('X-Amz-SignedHeaders')).toContain('content-length');
  });
}

function testKeyValidation(store: () => ObjectStore): void {
  it.each(['', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/../b', 'a/./b', 'a\0b', 'a\nb', '\ud800'])(
    'refuses the key %j',
    async (key) => {
      await expect(store().put(key, 'x')).rejects.toMatchObject({ retryable: false });
      await expect(store().get(key)).rejects.toBeInstanceOf(ObjectStoreError);
      await expect(store().head(key)).rejects.toBeInstanceOf(ObjectStoreError);
      await expect(store().delete(key)).rejects.toBeInstanceOf(ObjectStoreError);
      expect(() => store().toUri(key)).toThrow(ObjectStoreError);
    },
  );
}

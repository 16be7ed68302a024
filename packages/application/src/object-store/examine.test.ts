import { describe, expect, it } from 'vitest';
import { ObjectStoreError, type StoreRefusal } from '../errors.ts';
import type { ObjectStore } from '../ports/storage/object-store.ts';
import { createMemoryObjectStore } from '../testing/memory/object-store.ts';
import { examineObjectStore } from './examine.ts';

const newId = () => crypto.randomUUID();
const sound = () => createMemoryObjectStore();
const examine = (objects: ObjectStore, rounds = 1) =>
  examineObjectStore(objects, { newId, rounds, timeoutMs: 50 });

/** Calls of a store that an examination makes, by the condition of a write. */
const CALLS = ['get', 'head', 'create', 'replace', 'delete'] as const;
type Call = (typeof CALLS)[number];

/** A sound store with one faulty call. */
function withFault(call: Call, fault: () => Promise<never>): ObjectStore {
  const store = sound();
  const isFaulty = (condition: object | undefined) =>
    condition !== undefined && call === ('ifAbsent' in condition ? 'create' : 'replace');
  return {
    ...store,
    ...(call === 'get' && { get: fault }),
    ...(call === 'head' && { head: fault }),
    ...(call === 'delete' && { delete: fault }),
    put: (key, body, options) => (isFaulty(options?.condition) ? fault() : store.put(key, body, options)),
  };
}

const refuse = (refusal: StoreRefusal | undefined) => () =>
  Promise.reject(new ObjectStoreError('k', 'its own words', { retryable: false, refusal }));
const PERMISSIONS: Readonly<Record<Call, string>> = {
  get: 's3:ListBucket',
  head: 's3:ListBucket',
  create: 's3:PutObject',
  replace: 's3:PutObject',
  delete: 's3:DeleteObject',
};

describe.each(CALLS)('an object store with a faulty call: %s', (call) => {
  const status = call === 'delete' ? 'warning' : 'fault';

  it.each([
    ['permission', PERMISSIONS[call]],
    ['credentials', 'AWS_ACCESS_KEY_ID'],
    ['address', 'S3_ENDPOINT'],
    ['unsupported', { create: 'If-None-Match', replace: 'If-Match' }[call as string] ?? 'refuses'],
    [undefined, 'refuses'],
  ] as const)('is named with its remedy and its own words: %s', async (refusal, remedy) => {
    const result = await examine(withFault(call, refuse(refusal)));
    const findings = result.kind === 'examined' ? result.findings : [];
    expect(findings.filter((each) => each.status === status)).toEqual([
      { status, text: expect.stringMatching(new RegExp(`${remedy}.*its own words`)) },
    ]);
  });

  it('counts as unavailable after a 5xx answer and without any answer', async () => {
    const fail = () => Promise.reject(new ObjectStoreError('k', 'HTTP 503', { retryable: true }));
    expect(await examine(withFault(call, fail))).toEqual({ kind: 'unavailable', reason: 'k: HTTP 503' });
    expect(await examine(withFault(call, () => new Promise<never>(() => undefined)))).toEqual({
      kind: 'unavailable',
      reason: 'no answer within 0.05 s',
    });
  });
});

/** Writes without the condition, from the call with this number on. */
function ignoringConditions(isIgnored: (condition: object, call: number) => boolean): ObjectStore {
  const store = sound();
  let calls = 0;
  return {
    ...store,
    put: (key, body, { condition, ...options } = {}) => {
      calls += 1;
      const ignored = condition !== undefined && isIgnored(condition, calls);
      return store.put(key, body, { ...options, ...(condition && !ignored && { condition }) });
    },
  };
}

async function listFaults(objects: ObjectStore): Promise<string> {
  const result = await examine(objects);
  const findings = result.kind === 'examined' ? result.findings : [];
  return findings.flatMap(({ status, text }) => (status === 'fault' ? [text] : [])).join('\n');
}

describe('the examination of an object store', () => {
  it('accepts a sound store in each round and leaves no object behind', async () => {
    const store = sound();
    expect(await examine(store, 5)).toEqual({
      kind: 'examined',
      findings: [{ status: 'ok', text: expect.stringContaining('parallel writes') }],
    });
    expect(await Array.fromAsync(store.list(''))).toEqual([]);
  });

  it('refuses a store that ignores the condition of every write', async () => {
    expect(await listFaults(ignoringConditions((condition) => 'ifAbsent' in condition))).toMatch(
      /^ignores If-None-Match/,
    );
    expect(await listFaults(ignoringConditions((condition) => 'ifMatch' in condition))).toMatch(
      /^ignores If-Match/,
    );
  });

  it('refuses a store that lets two of eight parallel writes succeed', async () => {
    expect(await listFaults(ignoringConditions((_, call) => call === 2))).toMatch(
      /^lets 2 of 8 parallel writes with one If-None-Match/,
    );
    // Eight creations, a refused one, and a refused replacement precede the eight replacements.
    expect(await listFaults(ignoringConditions((_, call) => call === 12))).toMatch(
      /^lets 2 of 8 parallel writes with one If-Match/,
    );
  });

  it('accepts a write whose reply was lost and whose repetition was refused', async () => {
    const store = sound();
    let lost = false;
    const put: ObjectStore['put'] = async (key, body, options) => {
      const written = await store.put(key, body, options);
      if (lost) return written;
      lost = true;
      return store.put(key, body, { condition: { ifAbsent: true } });
    };
    expect(await listFaults({ ...store, put })).toBe('');
  });

  it('refuses a store without ETags, with an old read, and with different ETags', async () => {
    const store = sound();
    const put: ObjectStore['put'] = async (...call) => ({ ...(await store.put(...call)), etag: '' });
    expect(await listFaults({ ...store, put })).toMatch(/no ETag/);
    const change = (changed: object) => async (key: string) => {
      const found = await store.get(key);
      return found && { ...found, ...changed };
    };
    expect(await listFaults({ ...store, get: change({ body: Buffer.from('create 9') }) })).toMatch(
      /does not return the last write/,
    );
    expect(await listFaults({ ...store, get: change({ etag: 'W/"x"' }) })).toMatch(/ETag W\/"x"/);
  });
});

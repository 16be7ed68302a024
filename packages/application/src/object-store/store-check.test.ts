import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ObjectStoreError } from '../errors.ts';
import type { ObjectStore } from '../ports/storage/object-store.ts';
import type { StoreFault } from '../ports/storage/store-health.ts';
import { createMemoryObjectStore } from '../testing/memory/object-store.ts';
import { createStoreCheck } from './store-check.ts';

type Call = 'get' | 'put' | 'delete';
const UNAVAILABLE = new ObjectStoreError('k', 'S3 failed (HTTP 503): SlowDown', { retryable: true });
const forbidden = (key: string) =>
  new ObjectStoreError(key, 'AccessDenied', { retryable: false, refusal: 'permission' });
const ifAbsent = { condition: { ifAbsent: true } } as const;

/** A check over a store whose calls `fail` can make fail; `shared` is the fault that other processes read. */
function openCheck(fail: (call: Call, key: string) => Error | undefined = () => undefined) {
  const store = createMemoryObjectStore();
  const tested = { fail, shared: undefined as StoreFault | undefined, events: [] as string[] };
  const run = <T>(call: Call, key: string, work: () => Promise<T>): Promise<T> => {
    const error = tested.fail(call, key);
    return error ? Promise.reject(error) : work();
  };
  const objects: ObjectStore = {
    ...store,
    get: (key) => run('get', key, () => store.get(key)),
    put: (key, ...rest) => run('put', key, () => store.put(key, ...rest)),
    delete: (key) => run('delete', key, () => store.delete(key)),
  };
  const check = createStoreCheck({
    objects,
    address: 's3://models',
    newId: () => crypto.randomUUID(),
    now: () => 7,
    log: {
      info: () => undefined,
      warn: (event) => void tested.events.push(event),
      error: (event) => void tested.events.push(event),
    },
    shared: {
      read: async () => tested.shared,
      report: async (fault) => {
        tested.shared = fault;
      },
      clear: async () => {
        tested.shared = undefined;
      },
    },
  });
  return { ...check, tested };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => vi.useRealTimers());

describe('the check of the object store at the start of a process', () => {
  it('refuses the start with an unfit store, by its address and the missing permission', async () => {
    const { start } = openCheck((call, key) => (call === 'put' ? forbidden(key) : undefined));
    await expect(start()).rejects.toMatchObject({
      code: 'object_store_unfit',
      message: expect.stringMatching(/^The object store s3:\/\/models cannot be used: .*s3:PutObject/),
    });
  });

  it('starts with a forbidden delete and logs a warning', async () => {
    const { start, health, tested } = openCheck((call, key) =>
      call === 'delete' ? forbidden(key) : undefined,
    );
    await start();
    expect([health.hasPassed(), tested.events]).toEqual([true, ['object_store_warning']]);
  });

  it('starts while the store is unavailable; conditional writes wait until the repeated check has passed', async () => {
    const { start, health, objects, tested } = openCheck(() => UNAVAILABLE);
    await start();
    expect(health.hasPassed()).toBe(false);
    expect(await health.readFault()).toEqual({ reason: UNAVAILABLE.message, since: 7 });
    tested.fail = () => undefined;
    await expect(objects.put('manifest', '{}', ifAbsent)).rejects.toMatchObject({
      retryable: true,
      message: expect.stringMatching(/writes wait until .*HTTP 503/),
    });
    expect(tested.shared).toEqual({ reason: UNAVAILABLE.message, since: 7 });
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => expect(health.hasPassed()).toBe(true));
    await objects.put('manifest', '{}', ifAbsent);
    expect([await health.readFault(), tested.shared]).toEqual([undefined, undefined]);
  });

  it('keeps writes waiting when the store proves unfit after an outage', async () => {
    const { start, stop, health, tested } = openCheck(() => UNAVAILABLE);
    await start();
    tested.fail = (call, key) => (call === 'put' ? forbidden(key) : undefined);
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => expect(tested.events).toContain('object_store_unfit'));
    expect(health.hasPassed()).toBe(false);
    expect(health.ownFault()?.reason).toMatch(/s3:PutObject/);
    stop();
  });
});

describe('the health of an object store at run time', () => {
  it('reports the words of the store until a call of the same kind succeeds', async () => {
    const { start, health, objects, tested } = openCheck();
    await start();
    tested.fail = (call) => (call === 'get' ? UNAVAILABLE : undefined);
    await expect(objects.get('a')).rejects.toThrow();
    await objects.put('a', 'x');
    expect(health.ownFault()?.reason).toBe(UNAVAILABLE.message);
    expect(tested.shared?.reason).toBe(UNAVAILABLE.message);
    tested.fail = () => undefined;
    await objects.get('a');
    expect([health.ownFault(), tested.shared]).toEqual([undefined, undefined]);
  });

  it('reports the fault of a different process', async () => {
    const { start, health, tested } = openCheck();
    await start();
    tested.shared = { reason: 'no route', since: 1 };
    expect([health.ownFault(), await health.readFault()]).toEqual([undefined, tested.shared]);
  });

  it('ignores a lost conditional write and the refusal of a single document', async () => {
    const { start, health, objects, tested } = openCheck();
    await start();
    await objects.put('a', 'x', ifAbsent);
    await expect(objects.put('a', 'y', ifAbsent)).rejects.toThrow('changed');
    tested.fail = (call, key) => (call === 'put' && key === 'a' ? forbidden(key) : undefined);
    await expect(objects.put('a', 'y')).rejects.toThrow('AccessDenied');
    await vi.waitFor(async () => expect(await objects.get('data/probe.json')).toBeDefined());
    expect(health.ownFault()).toBeUndefined();
  });

  it('reports a store that has begun to refuse every write', async () => {
    const { start, health, objects, tested } = openCheck();
    await start();
    tested.fail = (call, key) => (call === 'put' ? forbidden(key) : undefined);
    await expect(objects.put('a', 'y')).rejects.toThrow('AccessDenied');
    await vi.waitFor(() => expect(health.ownFault()?.reason).toMatch(/AccessDenied/));
  });
});

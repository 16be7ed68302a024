import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openObjectStore } from '../src/index.ts';
import { newFolderStore, type TestStore } from './stores.ts';
import { startWorker } from './worker-process.ts';

const append = new URL('./workers/append.ts', import.meta.url);
const fill = new URL('./workers/fill.ts', import.meta.url);

let store: TestStore;
let folder: string;
beforeEach(async () => {
  store = await newFolderStore();
  folder = store.url.slice('file:'.length);
});
afterEach(() => store.close());

async function lines() {
  const text = new TextDecoder().decode((await store.port.get('log.txt'))?.body);
  return text.split('\n').filter((line) => line !== '');
}

async function listedKeys() {
  const keys: string[] = [];
  for await (const { key } of store.port.list('')) keys.push(key);
  return keys;
}

const TMPFS = 'mount -t tmpfs -o size=256k none "$1" && exec "$2" "$3" "file:$1"';
/** A process in its own namespace can mount a small disk, which is unmounted when the process ends. */
const mayMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

describe('the folder store on a full disk', () => {
  it.skipIf(!mayMount)(
    'reports the full disk, keeps its objects, leaves no draft, and recovers when space is free',
    () => {
      const args = ['-rm', 'sh', '-c', TMPFS, 'sh', folder, process.execPath, fileURLToPath(fill)];
      const { stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8' });
      expect(JSON.parse(stdout || stderr)).toEqual({
        fault: {
          code: 'object_store_unavailable',
          retryable: true,
          message: 'data/big: the disk is full (ENOSPC)',
        },
        kept: '[1]',
        drafts: [],
        afterwards: 'object_store_unavailable',
        again: '[2]',
      });
    },
  );
});

describe('the folder store without permission', () => {
  // Root passes every permission check, so that the effective user id changes for the call.
  const asOtherUser = async (work: () => Promise<unknown>): Promise<unknown> => {
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(65_534);
    try {
      return await work().catch((error: unknown) => error);
    } finally {
      if (root) process.seteuid?.(0);
    }
  };

  it('refuses reads and writes with EACCES as object_store_refused, not as unavailable', async () => {
    await store.port.put('data/actors.json', '[]');
    await chmod(join(folder, 'data/actors.json'), 0o000);
    await chmod(join(folder, '.trainyard/tmp'), 0o500);
    const refusal = {
      code: 'object_store_refused',
      retryable: false,
      message: expect.stringContaining('EACCES'),
    };
    await chmod(folder, 0o755);
    expect(await asOtherUser(() => store.port.get('data/actors.json'))).toMatchObject(refusal);
    expect(await asOtherUser(() => store.port.put('b', 'x'))).toMatchObject(refusal);
    await chmod(join(folder, '.trainyard/tmp'), 0o700);
  });
});

describe('the folder store with several processes', () => {
  it('loses no line when four processes append to one document at once', async () => {
    const workers = ['a', 'b', 'c', 'd'].map((name) => startWorker(append, store, [name, '25']));
    expect(await Promise.all(workers.map((worker) => worker.exitCode))).toEqual([0, 0, 0, 0]);
    const written = await lines();
    expect(written).toHaveLength(100);
    expect(new Set(written)).toEqual(new Set(workers.flatMap((worker) => worker.messages)));
  });

  it('neither blocks writers nor loses confirmed writes when processes are killed or stopped while writing', async () => {
    const survivors = ['a', 'b', 'c', 'd'].map((name) => startWorker(append, store, [name, '25']));
    const victims = ['k1', 'k2', 'k3', 'k4'].map((name) => startWorker(append, store, [name, '10000']));
    const stopped = startWorker(append, store, ['s', '25']);
    for (const victim of victims) {
      await victim.waitForMessages(2);
      victim.child.kill('SIGKILL');
    }
    await stopped.waitForMessages(1);
    stopped.child.kill('SIGSTOP');
    await sleep(200);
    stopped.child.kill('SIGCONT');
    const codes = await Promise.all([...survivors, stopped].map((worker) => worker.exitCode));
    expect(codes).toEqual([0, 0, 0, 0, 0]);
    await Promise.all(victims.map((victim) => victim.exitCode));

    const written = await lines();
    expect(new Set(written).size).toBe(written.length);
    for (const worker of [...survivors, stopped, ...victims]) {
      expect(written).toEqual(expect.arrayContaining([...worker.messages]));
    }
    const confirmed = [...survivors, stopped, ...victims].flatMap((worker) => worker.messages).length;
    expect(written.length - confirmed).toBeLessThanOrEqual(victims.length);
  });
});

describe('the folder store', () => {
  it('stores objects as plain files under their keys and lists files added by hand', async () => {
    await store.port.put('data/actors.json', '[]');
    expect(await readFile(join(folder, 'data/actors.json'), 'utf8')).toBe('[]');
    await writeFile(join(folder, 'data/styles.json'), '[1]');
    expect(await store.port.head('data/styles.json')).toMatchObject({ sizeBytes: 3 });
  });

  it('detects a file changed by hand in spite of its cached hash', async () => {
    const path = join(folder, 'a.txt');
    await writeFile(path, 'one');
    await utimes(path, 1_700_000_000, 1_700_000_000);
    const before = await store.port.head('a.txt');
    await sleep(1_100);
    expect(await store.port.head('a.txt')).toEqual(before);
    await writeFile(path, 'two');
    await utimes(path, 1_700_000_000, 1_700_000_000);
    expect((await store.port.head('a.txt'))?.etag).not.toBe(before?.etag);
  });

  it('hides its internal folder and removes stale drafts on opening', async () => {
    await store.port.put('a', 'x');
    const draft = join(folder, '.trainyard/tmp/draft');
    await writeFile(draft, 'x');
    await utimes(draft, 1_700_000_000, 1_700_000_000);
    const again = await openObjectStore(store.url);
    await again.close();
    expect(await readdir(join(folder, '.trainyard/tmp'))).toEqual([]);
    const keys = await listedKeys();
    expect(keys).toEqual(['a']);
    await expect(store.port.get('.trainyard/lock.sqlite')).rejects.toMatchObject({ retryable: false });
  });

  it('rejects a key that is also a folder of keys, with a non-retryable error', async () => {
    await store.port.put('a/b', 'x');
    await expect(store.port.put('a', 'x')).rejects.toMatchObject({ retryable: false, key: 'a' });
    await expect(store.port.put('a/b/c', 'x')).rejects.toMatchObject({ retryable: false, key: 'a/b/c' });
    expect(await store.port.get('a')).toBeUndefined();
    expect(await store.port.get('a/b/c')).toBeUndefined();
    expect(await readdir(join(folder, '.trainyard/tmp'))).toEqual([]);
  });

  it('removes a folder with its last object', async () => {
    await store.port.put('a/b/c', 'x');
    await store.port.delete('a/b/c');
    await store.port.put('a', 'now an object');
    expect(await store.port.head('a')).toMatchObject({ sizeBytes: 13 });
  });

  it('does not follow links to folders in a listing', async () => {
    await mkdir(join(folder, 'real'));
    await symlink('..', join(folder, 'real/up'));
    await store.port.put('real/a', 'x');
    const keys = await listedKeys();
    expect(keys).toEqual(['real/a']);
  });
});

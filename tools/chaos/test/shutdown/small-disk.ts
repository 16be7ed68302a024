import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** True when a process may mount a tmpfs in its own mount namespace. */
export const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

/** A tmpfs of 2 MB that can be filled. */
export interface SmallDisk {
  /** Path of the tmpfs for processes outside its mount namespace. */
  readonly dir: string;
  /** Fills the tmpfs; only the last page of existing files has free bytes. */
  fill(): Promise<void>;
  freeSpace(): Promise<void>;
  close(): Promise<void>;
}

const TMPFS = 'mount -t tmpfs -o size=2m none "$1" && echo mounted && exec cat';
const CHUNK = new Uint8Array(4096);

/** Mounts a tmpfs in a holder process that exits with this process. Throws when the mount fails. */
export async function mountSmallDisk(): Promise<SmallDisk> {
  const point = await mkdtemp(join(tmpdir(), 'trainyard-disk-'));
  const holder = spawn('unshare', ['-rm', 'sh', '-c', TMPFS, 'sh', point], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(holder, 'exit');
  await Promise.race([once(holder.stdout, 'data'), gone]);
  if (holder.exitCode !== null) {
    await rm(point, { recursive: true });
    throw new Error('Cannot mount a tmpfs');
  }
  // The mount is visible only in the namespace of the holder; /proc gives access to it.
  const dir = `/proc/${holder.pid}/root${point}`;
  const filler = join(dir, 'filler');
  return {
    dir,
    fill: () => fillUp(filler),
    freeSpace: () => rm(filler),
    close: async () => {
      holder.stdin.end();
      await gone;
      await rm(point, { recursive: true });
    },
  };
}

async function fillUp(file: string): Promise<void> {
  for (;;) {
    try {
      await appendFile(file, CHUNK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
  }
}

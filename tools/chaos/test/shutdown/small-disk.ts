import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In a namespace of its own a process may mount a small disk, which goes with it. */
export const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

/** A real disk of two megabytes that can be filled up. */
export interface SmallDisk {
  /** The path by which every process of ours reaches it. */
  readonly dir: string;
  /** Leaves no byte but what is free in the last page of files that are there. */
  fill(): Promise<void>;
  freeSpace(): Promise<void>;
  close(): Promise<void>;
}

const TMPFS = 'mount -t tmpfs -o size=2m none "$1" && echo mounted && exec cat';
const CHUNK = new Uint8Array(4096);

/** Mounts one. Its holder ends with this process at the latest, for it reads from it. */
export async function mountSmallDisk(): Promise<SmallDisk> {
  const point = await mkdtemp(join(tmpdir(), 'trainyard-disk-'));
  const holder = spawn('unshare', ['-rm', 'sh', '-c', TMPFS, 'sh', point], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(holder, 'exit');
  await Promise.race([once(holder.stdout, 'data'), gone]);
  if (holder.exitCode !== null) {
    await rm(point, { recursive: true });
    throw new Error('no small disk can be mounted');
  }
  // The mount is seen within the holder's namespace alone, and this is the way into it.
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

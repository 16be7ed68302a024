import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/** Mutual exclusion over all processes that open the same lock file. */
export interface FolderLock {
  /** Runs `work` while holding the lock; calls of this process run in order. Throws LockTimeoutError. */
  run<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

/** Thrown when the lock was not acquired within the wait limit. */
export class LockTimeoutError extends Error {
  constructor(waitedMs: number) {
    super(`Timed out after ${waitedMs / 1_000} s waiting for the object store lock held by another process`);
    this.name = 'LockTimeoutError';
  }
}

const SQLITE_BUSY = 5;

/**
 * Opens a lock that the operating system holds: SQLite acquires it as a file lock, which ends with its
 * process. A kill -9 releases it immediately, and a stopped process keeps it, so that two processes never
 * hold it at once; there is no expiry. The database stays empty. @param maxWaitMs wait limit, 30 s by default
 */
export function openFolderLock(file: string, maxWaitMs = 30_000): FolderLock {
  const database = new DatabaseSync(file);
  let previous: Promise<unknown> = Promise.resolve();

  const runExclusive = async <T>(work: () => Promise<T>): Promise<T> => {
    await acquire(database, maxWaitMs);
    try {
      return await work();
    } finally {
      database.exec('ROLLBACK');
    }
  };
  return {
    run: (work) => {
      const result = previous.then(() => runExclusive(work));
      previous = result.catch(() => undefined);
      return result;
    },
    close: () => database.close(),
  };
}

async function acquire(database: DatabaseSync, maxWaitMs: number): Promise<void> {
  const deadline = performance.now() + maxWaitMs;
  while (!tryAcquire(database)) {
    if (performance.now() > deadline) throw new LockTimeoutError(maxWaitMs);
    await sleep(1 + Math.random() * 6);
  }
}

function tryAcquire(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
}

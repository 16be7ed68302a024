import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/** One holder at a time, over all processes that use the same file. */
export interface FolderLock {
  run<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

/** Thrown when another process kept the lock for longer than we wait. */
class LockTimeoutError extends Error {
  readonly code = 'ELOCKTIMEOUT';
  constructor(waitedMs: number) {
    super(`another process kept the store's lock for ${waitedMs} ms`);
    this.name = 'LockTimeoutError';
  }
}

const SQLITE_BUSY = 5;

/**
 * A lock that the operating system holds for us: SQLite takes it as a file lock, which ends with its process. So
 * a kill -9 frees it at once, and a stopped process keeps it: no age after which a lock counts as stale, hence no
 * two holders. Nothing is ever written into the database.
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

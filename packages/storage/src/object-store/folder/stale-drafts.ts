import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Removes drafts of processes that died while writing. None takes a day to write. */
export async function removeStaleDrafts(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    const draft = join(temporary, name);
    const found = await stat(draft).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > DAY_MS) await rm(draft, { force: true });
  }
}

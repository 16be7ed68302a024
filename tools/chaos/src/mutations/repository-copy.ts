import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Edit } from './mutation.ts';

const execFileAsync = promisify(execFile);
const SCOPE = '@trainyard';

/** Our own packages must be those of the copy; everybody else's are shared. */
async function linkModules(root: string, copy: string, files: readonly string[]): Promise<void> {
  const modules = join(copy, 'node_modules');
  await mkdir(join(modules, SCOPE), { recursive: true });
  const theirs = (await readdir(join(root, 'node_modules'))).filter((name) => name !== SCOPE);
  await Promise.all(theirs.map((name) => symlink(join(root, 'node_modules', name), join(modules, name))));
  const ours = files.filter((file) => /^(apps|packages|tools)\/[^/]+\/package\.json$/.test(file));
  for (const file of ours) {
    const { name } = JSON.parse(await readFile(join(root, file), 'utf8')) as { readonly name: string };
    await symlink(join(copy, dirname(file)), join(modules, name));
  }
}

/** Copies what git knows of the repository, as it stands in the working tree. */
export async function copyRepository(root: string, copy: string): Promise<void> {
  const { stdout } = await execFileAsync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 16 * 1024 * 1024,
  });
  const files = stdout.split('\n').filter((file) => file !== '' && !file.startsWith('apps/web/'));
  for (const file of files)
    await cp(join(root, file), join(copy, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  await linkModules(root, copy, files);
}

/** Replaces a text. Throws when it is not there: the guard was written anew, and the mutation must follow it. */
export async function applyEdit(copy: string, { file, from, to }: Edit): Promise<() => Promise<void>> {
  const path = join(copy, file);
  const text = await readFile(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not hold «${from}»`);
  await writeFile(path, text.replaceAll(from, to));
  return () => writeFile(path, text);
}

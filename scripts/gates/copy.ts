import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readlink, realpath, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What tools keep of earlier runs; a copy begins without it. */
const CACHE_FOLDERS = new Set(['.cache', '.vite', '.vite-temp', '.vitest-cache', '.vitest']);

/** Copies what git would commit, with the installed packages linked. @returns the folder, for the caller to remove */
export async function copyRepository(root: string): Promise<string> {
  const copy = await realpath(await mkdtemp(join(tmpdir(), 'trainyard-gates-')));
  for (const file of listFiles(root)) {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    // A file that was deleted and not yet committed is still listed.
    await cp(join(root, file), join(copy, file)).catch(() => undefined);
  }
  // The gates list and search the files that git tracks.
  execFileSync('git', ['init', '--quiet'], { cwd: copy });
  execFileSync('git', ['add', '--all'], { cwd: copy, stdio: 'ignore' });
  for (const folder of await findModuleFolders(root))
    await linkModules(join(root, folder, 'node_modules'), join(copy, folder, 'node_modules'));
  return copy;
}

function listFiles(root: string): readonly string[] {
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\0')
    .filter((file) => file !== '');
}

/** Our own packages are linked inside the copy, so that it judges itself and not the place it came from. */
async function linkPackages(from: string, to: string, scope: string): Promise<void> {
  await mkdir(join(to, scope));
  for (const name of await readdir(join(from, scope)))
    await symlink(await readlink(join(from, scope, name)), join(to, scope, name));
}

async function linkModules(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (CACHE_FOLDERS.has(name)) continue;
    if (name === '@trainyard') await linkPackages(from, to, name);
    else await symlink(join(from, name), join(to, name));
  }
}

async function findModuleFolders(root: string): Promise<readonly string[]> {
  const folders = ['.'];
  for (const group of ['apps', 'packages', 'tools'])
    for (const name of await readdir(join(root, group))) folders.push(join(group, name));
  const modules = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(root, folder))).includes('node_modules') ? [folder] : [],
    ),
  );
  return modules.flat();
}

import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { PrepareError } from './run.mjs';
import { isStudioBuilt, prepareStudio } from './studio.mjs';

// The preparation prints its steps and the output of a failed one.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

/** A repository whose Vite copies one source into the build; it fails for the source `broken`. */
async function createRepository() {
  const root = await mkdtemp(join(tmpdir(), 'trainyard-studio-build-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const write = async (path: string, text: string) => {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  };
  await write(
    'node_modules/vite/bin/vite.js',
    `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
     const text = readFileSync(process.argv[3] + '/src/main.tsx', 'utf8');
     if (text === 'broken') throw new Error('Unexpected token');
     mkdirSync(process.argv[3] + '/dist', { recursive: true });
     writeFileSync(process.argv[3] + '/dist/index.html', text + ' for ' + process.env.NODE_ENV);`,
  );
  await write('package.json', '{ "type": "module" }');
  await write('apps/web/src/main.tsx', 'first');
  return { root, write };
}

it('the studio is built when a source has changed, and not when a checkout only touched it', async () => {
  const { root, write } = await createRepository();
  expect(isStudioBuilt(root)).toBe(false);
  prepareStudio(root, process.execPath);
  await utimes(join(root, 'apps/web/src/main.tsx'), new Date(), new Date());
  expect(isStudioBuilt(root)).toBe(true);
  expect(isStudioBuilt(`${root}/`)).toBe(true);
  await write('apps/web/src/parts/new.tsx', 'added');
  expect(isStudioBuilt(root)).toBe(false);
});

it('the studio is built for production, also by a process of the tests', async () => {
  const { root } = await createRepository();
  prepareStudio(root, process.execPath);
  expect(await readFile(join(root, 'apps/web/dist/index.html'), 'utf8')).toBe('first for production');
});

it('a studio that cannot be built stops the preparation and stays unbuilt', async () => {
  const { root, write } = await createRepository();
  await write('apps/web/src/main.tsx', 'broken');
  expect(() => prepareStudio(root, process.execPath)).toThrow(PrepareError);
  expect(isStudioBuilt(root)).toBe(false);
});

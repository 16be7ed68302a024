// Turns packages/client into the package that npm packs, and back: `node build/package.mjs write|restore`; `stage FOLDER`
// writes the manifest of the package to a different folder. Within the workspace the
// client is its sources; the package holds the bundle alone and depends on no workspace.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const file = `${folder}package.json`;
const saved = `${folder}dist/workspace-package.json`;

/** Manifest of the package: the types name zod, whose code is part of the bundle. */
function toPackageManifest(manifest) {
  const { name, version, description, license, type, dependencies } = manifest;
  const entry = { types: './dist/index.d.ts', default: './dist/index.js' };
  return {
    ...{ name, version, description, license, type },
    exports: { '.': entry },
    files: ['dist/index.js', 'dist/index.d.ts'],
    dependencies: { zod: dependencies.zod },
  };
}

const [action, target = folder] = process.argv.slice(2);
const readManifest = () => readFileSync(file, 'utf8');
if (action === 'write') writeFileSync(saved, readManifest());
if (action === 'write' || action === 'stage') {
  const manifest = toPackageManifest(JSON.parse(readManifest()));
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
if (action === 'restore' && existsSync(saved)) renameSync(saved, file);

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runQuietly } from './run.mjs';

/** What the build depends on, besides the packages of the lockfile. */
const SOURCES = [
  'apps/web/src',
  'apps/web/public',
  'apps/web/index.html',
  'apps/web/package.json',
  'apps/web/vite.config.ts',
  'packages/client/src',
  'packages/contracts/src',
  'packages/domain/src',
  'package-lock.json',
];
/** Digest of the sources in the build. A file with a leading dot is not served. */
const DIGEST = 'apps/web/dist/.sources';

/**
 * @param {string} path
 * @returns {readonly string[]}
 */
const listFiles = (path) => {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => listFiles(join(path, name)));
};

/**
 * Digest of names and contents of the sources. File times are not reliable after a checkout.
 * @param {string} root
 */
const digestSources = (root) => {
  // A build that was made for tests has the same sources.
  const hash = createHash('sha256').update('production\0');
  for (const file of SOURCES.flatMap((path) => listFiles(join(root, path)))) {
    const content = readFileSync(file);
    hash.update(`${relative(root, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
};

/**
 * Whether the build of the studio was made from the present sources.
 * @param {string} root
 */
export const isStudioBuilt = (root) => {
  const path = join(root, DIGEST);
  return existsSync(path) && readFileSync(path, 'utf8') === digestSources(root);
};

/**
 * Builds the studio unless its build is current. Throws PrepareError with the output of Vite if that fails.
 * @param {string} root
 * @param {string} node path of Node 24
 */
export const prepareStudio = (root, node) => {
  if (isStudioBuilt(root)) return;
  // A source that changes during the build leaves the build outdated.
  const digest = digestSources(root);
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  // The tests set another NODE_ENV, with which Vite would build React for development.
  const env = { ...process.env, NODE_ENV: 'production' };
  runQuietly('Building the studio', [node, vite, 'build', join(root, 'apps/web')], env);
  writeFileSync(join(root, DIGEST), digest);
};

// Installs the missing parts of a fresh clone: `node scripts/prepare.mjs [test|demo]`. Needs git, Node ≥ 20 and npm.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareBrowser } from './prepare/browser.mjs';
import { needsInstall } from './prepare/decide.mjs';
import { preparePython } from './prepare/python.mjs';
import { prepareRedis } from './prepare/redis.mjs';
import { captureOutput, PrepareError, runQuietly } from './prepare/run.mjs';
import { prepareStudio } from './prepare/studio.mjs';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const wantedNode = `${root}/node_modules/.bin/node`;

/** @param {string} path */
const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined);

/**
 * The npm that started this script, or the npm of the PATH.
 * @param {...string} args
 * @returns {[string, ...string[]]}
 */
const npm = (...args) => {
  const path = process.env.npm_execpath;
  return path?.endsWith('.js') ? [process.execPath, path, ...args] : ['npm', ...args];
};

const prepareDependencies = () => {
  const installed = readJson(`${root}/node_modules/.package-lock.json`);
  if (!needsInstall(readJson(`${root}/package-lock.json`) ?? {}, installed)) return;
  runQuietly('Installing dependencies', [...npm('ci', '--no-audit', '--no-fund', '--prefix', root)]);
};

/** Installs Node 24 from its package, also if npm is configured to skip install scripts. */
const prepareNode = () => {
  const isThere = () => /^v24\./.test(captureOutput(wantedNode, '--version') ?? '');
  if (isThere()) return;
  runQuietly('Installing Node 24', [...npm('rebuild', 'node', '--ignore-scripts=false', '--prefix', root)]);
  if (isThere()) return;
  throw new PrepareError(
    `Node 24 was not found at ${wantedNode}. Delete node_modules and run this command again.`,
  );
};

try {
  prepareDependencies();
  prepareNode();
  prepareRedis(root);
  prepareStudio(root, wantedNode);
  if (process.argv[2] === 'test') {
    preparePython();
    await prepareBrowser(root);
  }
} catch (error) {
  if (!(error instanceof PrepareError)) throw error;
  console.error(error.message);
  process.exit(1);
}

import { findChromium, findProgram } from '../../packages/testing/src/browser/find-chromium.mjs';
import { installByApt } from './apt.mjs';
import { chooseBrowserSource, formatMissingProgram } from './decide.mjs';
import { captureOutput, PrepareError, runQuietly } from './run.mjs';

/**
 * Makes Chromium and `openssl` available for the tests of web pages. Throws PrepareError if that is not possible.
 * @param {string} root
 */
export const prepareBrowser = async (root) => {
  const missing = await findMissing();
  if (missing.length === 0) return;
  const isRoot = process.getuid?.() === 0;
  const hasApt = captureOutput('apt-get', '--version') !== undefined;
  const source = chooseBrowserSource({ isRoot, hasApt, missing });
  if (source === 'apt') installByApt(...missing);
  if (source === 'playwright') downloadChromium(root);
  const [stillMissing] = source === 'none' ? missing : await findMissing();
  if (stillMissing !== undefined) throw new PrepareError(formatMissingProgram(stillMissing));
};

/** Debian's packages of the missing programs; each has the name of its program. */
const findMissing = async () => [
  ...((await findChromium()) === undefined ? ['chromium'] : []),
  ...(findProgram('openssl') === undefined ? ['openssl'] : []),
];

/** @param {string} root */
const downloadChromium = (root) => {
  const cli = `${root}/node_modules/playwright-core/cli.js`;
  try {
    runQuietly('Downloading Chromium', [process.execPath, cli, 'install', 'chromium']);
  } catch (error) {
    if (!(error instanceof PrepareError)) throw error;
    throw new PrepareError(`${error.message}\n${formatMissingProgram('chromium')}`);
  }
};

// Plain JavaScript: the set-up of the tests imports it with any Node from 20 on.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const NAMES = ['chromium', 'google-chrome'];

/**
 * Finds a program on the PATH.
 * @param {string} name
 * @returns {string | undefined} its path
 */
export const findProgram = (name) => {
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v "$0"', name], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};

/**
 * Finds Chromium: on the PATH, else the download of `npx playwright-core install chromium`.
 * @returns {Promise<string | undefined>} path of the executable
 */
export const findChromium = async () => {
  const onPath = NAMES.map(findProgram).find((path) => path !== undefined);
  if (onPath !== undefined) return onPath;
  const { chromium } = await import('playwright-core');
  const downloaded = chromium.executablePath();
  return existsSync(downloaded) ? downloaded : undefined;
};

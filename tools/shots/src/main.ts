/**
 * `npm run shots`: every page and dialog of the studio, dark and light, 1280 and 390 px wide, into `.cache/shots`.
 * `--out FOLDER` names a different folder, `--only WORD` limits the names, `--url URL` uses a running scene.
 * `npm run shots -- readme`: the pictures of the README, into docs/pictures.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findChromium } from '@trainyard/testing/chromium';
import { chromium } from 'playwright-core';
import { takeReadmeShots } from './readme.ts';
import { openScene } from './scene.ts';
import { takeShots } from './take-shots.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, only: { type: 'string' }, url: { type: 'string' } },
});
const [set = 'all'] = positionals;
if (set !== 'all' && set !== 'readme') {
  process.stderr.write(`Unknown set of pictures "${set}"; known: all, readme\n`);
  process.exit(2);
}
const executablePath = await findChromium();
if (executablePath === undefined)
  throw new Error('Chromium was not found; run `node scripts/prepare.mjs test`');
const toFolder = (path: string): string => fileURLToPath(new URL(`../../../${path}/`, import.meta.url));
const browser = await chromium.launch({ executablePath });
const scene = await openScene(values.url);
try {
  if (set === 'readme') {
    const paths = await takeReadmeShots({ browser, scene }, values.out ?? toFolder('docs/pictures'));
    process.stdout.write(`${paths.join('\n')}\n`);
  } else {
    const folder = values.out ?? toFolder('.cache/shots');
    const missing = await takeShots({ browser, scene }, folder, values.only);
    process.stdout.write(`Pictures are in ${folder}\n`);
    for (const { name, reason } of missing) process.stdout.write(`${name}: ${reason}\n`);
    process.exitCode = missing.length === 0 ? 0 : 1;
  }
} finally {
  await browser.close();
  await scene.close();
}

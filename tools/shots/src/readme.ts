import { join } from 'node:path';
import { findChromium } from '@trainyard/testing/chromium';
import { type Browser, chromium } from 'playwright-core';
import { type RunningDemo, startDemo } from './demo.ts';
import { toTerminalPage } from './terminal-page.ts';

const WIDTH_PX = 1280;

/** Takes the pictures of the README: the demo in a terminal, and Bull Board while it trains. @returns their paths */
export async function takeReadmeShots(folder: string): Promise<readonly string[]> {
  const executablePath = await findChromium();
  if (executablePath === undefined)
    throw new Error('Chromium was not found; run `node scripts/prepare.mjs test`');
  const browser = await chromium.launch({ executablePath });
  const demo = startDemo();
  try {
    await demo.waitFor(/The dispatcher runs again/);
    const board = await shootBullBoard(browser, demo, join(folder, 'bull-board.png'));
    await demo.waitFor(/The demo took/);
    return [board, await shootTerminal(browser, demo, join(folder, 'demo.png'))];
  } finally {
    await browser.close();
    await demo.close();
  }
}

async function shootBullBoard(browser: Browser, demo: RunningDemo, path: string): Promise<string> {
  const [, url] = await demo.waitFor(/Bull Board +(\S+)/);
  const page = await browser.newPage({ viewport: { width: WIDTH_PX, height: 800 } });
  await page.goto(`${url}/queue/trainings?status=active`, { waitUntil: 'networkidle' });
  await page.screenshot({ path });
  await page.close();
  return path;
}

/** The report is long: the picture shows the failures that the demo survives, the last results and the checks. */
async function shootTerminal(browser: Browser, { lines }: RunningDemo, path: string): Promise<string> {
  const page = await browser.newPage({ viewport: { width: WIDTH_PX, height: 800 } });
  await page.setContent(toTerminalPage('npm run demo', selectLines(lines)));
  await page.locator('main').screenshot({ path });
  await page.close();
  return path;
}

const FAILURES = /\[Demo\]|\[Auto Train\] ✓ Eligible/;

function selectLines(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => line.startsWith('Simulated time'));
  const addresses = lines.slice(start, lines.indexOf('', start));
  const summary = lines.slice(
    lines.indexOf('Training Summary'),
    lines.findIndex((line) => line.startsWith('The demo took')) + 1,
  );
  return [
    ...addresses,
    '',
    ...lines.filter((line) => FAILURES.test(line)),
    '',
    ...summary.filter((line) => !line.startsWith('===')),
  ];
}

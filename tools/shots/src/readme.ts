import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startDemo } from './demo.ts';
import type { Scene } from './scene.ts';
import { openPage } from './take-shots.ts';
import { toTerminalPage } from './terminal-page.ts';

const WIDTH_PX = 1280;

interface Parts {
  readonly browser: Browser;
  readonly scene: Scene;
}

/**
 * Takes the pictures of the README: three pages of the studio, Bull Board while it trains, and the report of the demo in a
 * terminal. @returns their paths
 */
export async function takeReadmeShots(parts: Parts, folder: string): Promise<readonly string[]> {
  const { trainings } = parts.scene;
  const pages = [
    ['studio-overview', '/'],
    ['studio-training', `/trainings/${trainings.running}`],
    ['studio-versions', '/actors/0001?tab=versions&compare=V1,V2'],
    ['bull-board', '/admin/queues/queue/trainings?status=active'],
  ] as const;
  const paths: string[] = [];
  for (const [name, path] of pages) paths.push(await shootPage(parts, path, join(folder, `${name}.png`)));
  return [...paths, await shootTerminal(parts.browser, join(folder, 'demo.png'))];
}

async function shootPage({ browser, scene }: Parts, path: string, file: string): Promise<string> {
  const page = await browser.newPage({
    viewport: { width: WIDTH_PX, height: 800 },
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  });
  const isBoard = path.startsWith('/admin');
  if (isBoard) await page.goto(`${scene.url}${path}`, { waitUntil: 'networkidle' });
  else await openPage(page, `${scene.url}${path}`);
  await page.screenshot({ path: file });
  await page.close();
  return file;
}

/** The report is long: the picture shows the failures that the demo survives, the last results and the checks. */
async function shootTerminal(browser: Browser, path: string): Promise<string> {
  const demo = startDemo();
  try {
    await demo.waitFor(/The demo took/);
    const page = await browser.newPage({ viewport: { width: WIDTH_PX, height: 800 } });
    await page.setContent(toTerminalPage('npm run demo', selectLines(demo.lines)));
    await page.locator('main').screenshot({ path });
    await page.close();
    return path;
  } finally {
    await demo.close();
  }
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

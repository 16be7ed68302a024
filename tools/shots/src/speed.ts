/**
 * `npm run studio:speed`: the largest contentful paint of each page (median of 5 loads in a new browser), the longest answer to
 * a click, and the layout shift over 30 s of live updates, in the demo scene. The numbers are printed and not asserted.
 * `--url URL` uses a running scene.
 */
import { parseArgs } from 'node:util';
import { findChromium } from '@trainyard/testing/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import { openScene, type Scene } from './scene.ts';
import { openPage } from './take-shots.ts';

const LOADS = 5;
const LIVE_MS = 30_000;
const VIEWPORT = { width: 1280, height: 800 };

/** Collects paints, clicks and shifts from the start of the page. */
const OBSERVE = `
  globalThis.speed = { paintMs: 0, clickMs: 0, shift: 0, moved: '' };
  let largest = 0;
  const observe = (type, read, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(read))
    .observe({ type, buffered: true, ...more });
  observe('largest-contentful-paint', ({ startTime }) => { speed.paintMs = startTime; });
  observe('event', ({ duration, interactionId }) => { if (interactionId) speed.clickMs = Math.max(speed.clickMs, duration); }, { durationThreshold: 16 });
  observe('layout-shift', ({ value, hadRecentInput, sources }) => {
    if (hadRecentInput) return;
    speed.shift += value;
    if (value <= largest) return;
    largest = value;
    speed.moved = sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 100) : 'text')).join(' | ');
  });
`;

interface Speed {
  readonly paintMs: number;
  readonly clickMs: number;
  readonly shift: number;
  /** Start of the HTML of the elements that the largest shift moved. */
  readonly moved: string;
}

async function withPage<T>(browser: Browser, url: string, action: (page: Page) => Promise<T>): Promise<T> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  try {
    await page.addInitScript(OBSERVE);
    await openPage(page, url);
    return await action(page);
  } finally {
    await page.close();
  }
}

function readSpeed(page: Page): Promise<Speed> {
  return page.evaluate('speed') as Promise<Speed>;
}

async function measurePaints(browser: Browser, url: string): Promise<number> {
  const paints: number[] = [];
  for (let load = 0; load < LOADS; load += 1) paints.push((await withPage(browser, url, readSpeed)).paintMs);
  return paints.toSorted((a, b) => a - b)[Math.floor(LOADS / 2)] ?? 0;
}

/** Clicks through the tabs of a page. @returns the longest time from a click to the next frame */
function measureClicks(browser: Browser, url: string): Promise<number> {
  return withPage(browser, url, async (page) => {
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await page.waitForTimeout(300);
    }
    return (await readSpeed(page)).clickMs;
  });
}

async function report(browser: Browser, { url, trainings }: Scene): Promise<void> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const live = [['overview', '/'] as const, ['training', `/trainings/${trainings.running}`] as const];
  for (const [name, path] of live) {
    const { shift, moved } = await withPage(browser, `${url}${path}`, async (page) => {
      await page.waitForTimeout(LIVE_MS);
      return readSpeed(page);
    });
    print(
      `${name}: layout shift ${shift.toFixed(4)} in ${LIVE_MS / 1_000} s (budget 0.02)${shift > 0 ? `, most of it: ${moved}` : ''}`,
    );
  }
  const still = [
    ['actors', '/actors'],
    ['bench', '/actors/0011'],
    ['auto-train', '/auto-train'],
    ['settings', '/settings'],
  ] as const;
  for (const [name, path] of [...live, ...still])
    print(
      `${name}: largest contentful paint ${Math.round(await measurePaints(browser, `${url}${path}`))} ms (budget 1500)`,
    );
  for (const [name, path] of [
    ['bench', '/actors/0019'],
    ['training', `/trainings/${trainings.review}`],
  ] as const)
    print(
      `${name}: longest answer to a click ${await measureClicks(browser, `${url}${path}`)} ms (budget 200)`,
    );
}

const { values } = parseArgs({ options: { url: { type: 'string' } } });
const executablePath = await findChromium();
if (executablePath === undefined)
  throw new Error('Chromium was not found; run `node scripts/prepare.mjs test`');
const browser = await chromium.launch({ executablePath });
const scene = await openScene(values.url);
try {
  await report(browser, scene);
} finally {
  await browser.close();
  await scene.close();
}

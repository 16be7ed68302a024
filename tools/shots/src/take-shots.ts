import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { SHOTS, type Shot } from './pages.ts';
import type { Scene } from './scene.ts';

/** Width, height and theme of a set of pictures. */
interface Look {
  readonly width: number;
  readonly height: number;
  readonly theme: 'dark' | 'light';
}

const LOOKS: readonly Look[] = (['dark', 'light'] as const).flatMap((theme) => [
  { width: 1280, height: 800, theme },
  { width: 390, height: 844, theme },
]);

/** A picture that could not be taken, with the reason. */
export interface MissingShot {
  readonly name: string;
  readonly reason: string;
}

/**
 * Takes every picture in both themes and both widths.
 * @param only part of the names to take; all of them by default
 * @returns the pictures whose dialog could not be opened
 */
export async function takeShots(
  { browser, scene }: { readonly browser: Browser; readonly scene: Scene },
  folder: string,
  only = '',
): Promise<readonly MissingShot[]> {
  await mkdir(folder, { recursive: true });
  const missing: MissingShot[] = [];
  const pages = await Promise.all(LOOKS.map((look) => openLook(browser, look)));
  for (const shot of SHOTS.filter(({ name }) => name.includes(only)))
    for (const [at, { width, theme }] of LOOKS.entries()) {
      const name = `${shot.name}-${width}-${theme}`;
      const page = pages[at];
      const reason = page && (await takeShot(page, { shot, scene, path: join(folder, `${name}.png`) }));
      if (reason !== undefined) missing.push({ name, reason });
    }
  return missing;
}

async function openLook(browser: Browser, { width, height, theme: colorScheme }: Look): Promise<Page> {
  const viewport = { width, height };
  const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
  page.setDefaultTimeout(STEP_TIMEOUT_MS);
  return page;
}

const STEP_TIMEOUT_MS = 6_000;
/** A busy machine loads a page slowly. */
const LOAD_TIMEOUT_MS = 60_000;
/** After the last answer: pictures are decoded and dialogs have opened. */
const SETTLE_MS = 400;

interface Taking {
  readonly shot: Shot;
  readonly scene: Scene;
  readonly path: string;
}

/** Takes the whole page; a dialog only as far as the window shows it. @returns why the state could not be reached */
async function takeShot(page: Page, { shot, scene, path }: Taking): Promise<string | undefined> {
  const reason = await openPage(page, `${scene.url}${shot.path(scene)}`)
    .then(() => shot.prepare?.(page))
    .then(() => undefined, toReason);
  await page.waitForTimeout(SETTLE_MS);
  const isDialog = (await page.getByRole('dialog').or(page.getByRole('alertdialog')).count()) > 0;
  const window = page.viewportSize();
  if (!isDialog && window) await page.setViewportSize({ ...window, height: await readHeight(page) });
  await page.waitForFunction(LOADED).catch(() => undefined);
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path });
  if (window) await page.setViewportSize(window);
  return reason;
}

function toReason(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

/** Height of the whole page: parts that stick to an edge of the window stay at their place in a picture of that height. */
async function readHeight(page: Page): Promise<number> {
  const height = await page.evaluate('document.documentElement.scrollHeight');
  return Math.min(MAX_HEIGHT_PX, Number(height));
}

const MAX_HEIGHT_PX = 4_000;
/** No panel loads, and every picture is decoded. */
const LOADED = `document.querySelector('[aria-busy="true"]') === null && [...document.images].every(({ complete }) => complete)`;

/** Opens a page and waits until its heading and its panels are there. */
export async function openPage(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'load', timeout: LOAD_TIMEOUT_MS });
  await page.locator('h1').first().waitFor({ state: 'attached', timeout: LOAD_TIMEOUT_MS });
  await page.waitForFunction(LOADED).catch(() => undefined);
  await page.waitForTimeout(SETTLE_MS);
}

import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, onTestFinished } from 'vitest';
import { findChromium } from './find-chromium.mjs';

/** A page in its own context: it shares neither cookies nor storage with other pages. */
export interface TestPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Violations of content security policies that Chromium reported for this page and its frames. */
  readonly violations: readonly string[];
}

/** The browser of a test file. */
export interface TestBrowser {
  /** Opens an empty page, which is closed when the test ends. Throws when Chromium is not installed. */
  openPage(options?: BrowserContextOptions): Promise<TestPage>;
}

/** A public host name that leads to this machine; Chromium resolves no other foreign name. */
export const PUBLIC_HOST = 'trainyard.example.com';

/** No request leaves this machine, and Chromium sends none of its own. */
const ARGUMENTS = [
  `--host-resolver-rules=MAP ${PUBLIC_HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1`,
  '--disable-background-networking',
  '--disable-component-update',
];

/** Declares a headless Chromium for the tests of a file. It starts with the first page and closes after the last test. */
export function useBrowser(): TestBrowser {
  let starting: Promise<Browser> | undefined;
  afterAll(async () => (await starting)?.close());
  return {
    openPage: async (options = {}) => {
      starting ??= startChromium();
      const browser = await starting;
      // The certificate of the test proxy is signed by itself.
      const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
      onTestFinished(() => context.close());
      const violations: string[] = [];
      context.on('console', (message) => {
        if (/content security policy/i.test(message.text())) violations.push(message.text());
      });
      return { page: await context.newPage(), context, violations };
    },
  };
}

async function startChromium(): Promise<Browser> {
  const executablePath = await findChromium();
  if (executablePath === undefined)
    throw new Error(
      'Chromium was not found. Run `node scripts/prepare.mjs test`, or install the package chromium.',
    );
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

import type { BrowserContext, Page } from 'playwright-core';
import type { TestBrowser } from '../browser/index.ts';
import { type Connection, openConnection } from './connection.ts';
import { findAxeViolations, type LayoutShift, OBSERVE_SHIFTS, readShift } from './probes.ts';
import { STUDIO_KEYS, type StudioSystem } from './system.ts';

/** How a page of the studio is opened. */
export interface PageOptions {
  /** Logs in with the key of this scope; a studio without keys needs none. */
  readonly scope?: keyof typeof STUDIO_KEYS;
  /** Size of the window in CSS pixels; 1280 × 800 by default. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Preferred color scheme; dark by default. */
  readonly theme?: 'dark' | 'light';
  /** Preference for reduced motion; on by default, so that no transition is under way when a test looks. */
  readonly reducedMotion?: 'reduce' | 'no-preference';
  /** Forced colors of the operating system; off by default. */
  readonly forcedColors?: 'active' | 'none';
  /** Runs before the scripts of the page. */
  readonly beforeLoad?: (page: Page) => Promise<unknown>;
}

/** A page of the studio in a browser of its own: it shares neither cookies nor storage nor connections with other pages. */
export interface StudioPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** The connections of this browser to the API. */
  readonly connection: Connection;
  /** Address of the studio for this browser, without a slash at the end. */
  readonly origin: string;
  /** Violations of content security policies that Chromium reported. */
  readonly violations: readonly string[];
  /** Errors that scripts of the page threw and did not catch. */
  readonly errors: readonly string[];
  /** Origins of all requests that the browser sent. */
  readonly origins: ReadonlySet<string>;
  /** Opens a path of the studio in the same tab. */
  goto(path: string): Promise<void>;
  /** Opens a second tab of the same browser. */
  openTab(path: string): Promise<Page>;
  /** Cuts the network of the browser, or connects it again. */
  setOffline(offline: boolean): Promise<void>;
  /** Findings of axe on the page as it is, as `rule: selector`; `within` limits them to an element. */
  findAxeViolations(within?: string): Promise<readonly string[]>;
  /** Layout shift without input since the page was loaded. */
  readShift(): Promise<LayoutShift>;
}

/** Opens a page of a studio, which is closed when the test ends. */
export async function openStudioPage(
  parts: { readonly browser: TestBrowser; readonly system: StudioSystem },
  path: string,
  options: PageOptions = {},
): Promise<StudioPage> {
  const connection = await openConnection(parts.system.port);
  const origin = `http://127.0.0.1:${connection.port}`;
  const { page, context, violations } = await parts.browser.openPage(toContextOptions(options));
  const [errors, origins] = [[] as string[], new Set<string>()];
  context.on('weberror', (error) => void errors.push(String(error.error().stack ?? error.error())));
  context.on('request', (request) => void origins.add(new URL(request.url()).origin));
  await context.addInitScript(OBSERVE_SHIFTS);
  if (options.scope)
    await context.request.post(`${origin}/api/session`, { data: { key: STUDIO_KEYS[options.scope] } });
  await options.beforeLoad?.(page);
  const goto = async (target: string, tab: Page): Promise<void> =>
    void (await tab.goto(`${origin}${target}`, { waitUntil: 'domcontentloaded' }));
  await goto(path, page);
  return {
    ...{ page, context, connection, origin, violations, errors, origins },
    goto: (target) => goto(target, page),
    openTab: async (target) => {
      const tab = await context.newPage();
      await goto(target, tab);
      return tab;
    },
    setOffline: async (offline) => {
      await context.setOffline(offline);
      // An offline browser keeps an open connection to this machine.
      if (offline) connection.refuse();
      else connection.accept();
    },
    findAxeViolations: (within) => findAxeViolations(page, within),
    readShift: () => readShift(page),
  };
}

function toContextOptions(options: PageOptions) {
  const { viewport = { width: 1280, height: 800 }, theme = 'dark' } = options;
  const { reducedMotion = 'reduce', forcedColors = 'none' } = options;
  return { viewport, colorScheme: theme, reducedMotion, forcedColors };
}

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

/** A rule of axe with the elements that violate it. */
interface AxeFinding {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

/** The part of axe's interface that the probe calls in the page. */
interface Axe {
  run(context: unknown, options: unknown): Promise<{ readonly violations: readonly AxeFinding[] }>;
}

let axeSource: Promise<string> | undefined;

/** Rules of WCAG 2.2 A and AA, and the best practices on landmarks, headings and tables. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Runs axe in the page. The evaluation by the debugger is not bound by the content security policy of the page.
 * @param within selector of the element to examine; the whole page by default
 */
export async function findAxeViolations(page: Page, within?: string): Promise<readonly string[]> {
  axeSource ??= readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
  const source = await axeSource;
  const isLoaded = await page.evaluate(() => 'axe' in globalThis);
  if (!isLoaded) await page.evaluate(source);
  const violations = await page.evaluate(
    async ([selector, tags]) => {
      const { axe } = globalThis as unknown as { readonly axe: Axe };
      const context = selector ?? (globalThis as unknown as { readonly document: unknown }).document;
      const result = await axe.run(context, { runOnly: tags, resultTypes: ['violations'] });
      return result.violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.map(({ target, failureSummary = '' }) => ({ target: [...target], failureSummary })),
      }));
    },
    [within, TAGS] as const,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${toSingleLine(failureSummary)}`),
  );
}

function toSingleLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Adds up the layout shifts without recent input; runs before the scripts of the page. */
export const OBSERVE_SHIFTS = `
  globalThis.layoutShifts = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries())
      if (!hadRecentInput)
        globalThis.layoutShifts.push({
          value,
          elements: sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 120) : 'text')),
        });
  }).observe({ type: 'layout-shift', buffered: true });
`;

/** Layout shift without recent input since the page was loaded. */
export interface LayoutShift {
  /** Sum of the single shifts. */
  readonly value: number;
  /** For each shift its value and the start of the HTML of each moved element. */
  readonly shifts: readonly { readonly value: number; readonly elements: readonly string[] }[];
}

/** Reads the layout shifts of a page that was opened with {@link OBSERVE_SHIFTS}. */
export async function readShift(page: Page): Promise<LayoutShift> {
  const shifts = await page.evaluate(
    () => (globalThis as unknown as { readonly layoutShifts: LayoutShift['shifts'] }).layoutShifts,
  );
  return { value: shifts.reduce((sum, { value }) => sum + value, 0), shifts };
}

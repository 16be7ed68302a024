import type { Fault, RouteResult } from './run-route.ts';

const NAME_WIDTH = 52;
const CELL_WIDTH = 8;
const MAX_CHARS = 400;

function formatLine(name: string, cells: readonly (string | number)[]): string {
  return name.padEnd(NAME_WIDTH) + cells.map((cell) => String(cell).padStart(CELL_WIDTH)).join('');
}

function toCells({ cases, classes, faults }: Omit<RouteResult, 'route'>): readonly number[] {
  return [cases, ...[2, 3, 4, 5, 0].map((digit) => classes[digit] ?? 0), faults.length];
}

function sumResults(results: readonly RouteResult[]): Omit<RouteResult, 'route'> {
  return {
    cases: results.reduce((sum, { cases }) => sum + cases, 0),
    classes: Object.fromEntries(
      [2, 3, 4, 5, 0].map((digit) => [
        digit,
        results.reduce((sum, { classes }) => sum + (classes[digit] ?? 0), 0),
      ]),
    ),
    faults: results.flatMap(({ faults }) => faults),
  };
}

/** What stands above the lines of the routes. */
export const headingLine = formatLine('route', ['cases', '2xx', '3xx', '4xx', '5xx', 'none', 'faults']);

/** One route: cases, answers by their class, faults. */
export function formatRoute(result: RouteResult): string {
  return formatLine(result.route, toCells(result));
}

/** All of them together. */
export function formatTotal(results: readonly RouteResult[]): string {
  return formatLine('all', toCells(sumResults(results)));
}

/** A fault with its request, and how it is played again. */
export function formatFault({ route, number, testCase, problems }: Fault, seed: number): readonly string[] {
  return [
    `${route}, case ${number} (${testCase.kind}); again: npm run fuzz -- --seed ${seed} --cases ${number + 1} --route '${route}'`,
    `  ${testCase.method} ${testCase.target} ${JSON.stringify(testCase.headers)}`.slice(0, MAX_CHARS),
    ...(testCase.body ? [`  ${testCase.body.toString().slice(0, MAX_CHARS)}`] : []),
    ...problems.map((each) => `  -> ${each}`),
  ];
}

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

/** Heading of the table of routes. */
export const headingLine = formatLine('route', ['cases', '2xx', '3xx', '4xx', '5xx', 'none', 'faults']);

/** Formats a route: cases, responses by status class, calls without a response, faults. */
export function formatRoute(result: RouteResult): string {
  return formatLine(result.route, toCells(result));
}

/** Formats the totals of all routes. */
export function formatTotal(results: readonly RouteResult[]): string {
  return formatLine('all', toCells(sumResults(results)));
}

/** Formats a fault with its request and the command that replays it; every run contains all text cases of a route. */
export function formatFault({ route, number, testCase, problems }: Fault, seed: number): readonly string[] {
  return [
    `${route}, case ${number} (${testCase.kind}); replay: npm run fuzz -- --seed ${seed} --cases ${testCase.kind === 'text' ? 1 : number + 1} --route '${route}'`,
    `  ${testCase.method} ${testCase.target} ${JSON.stringify(testCase.headers)}`.slice(0, MAX_CHARS),
    ...(testCase.body ? [`  ${testCase.body.toString().slice(0, MAX_CHARS)}`] : []),
    ...problems.map((each) => `  -> ${each}`),
  ];
}

import type { Fault, RouteResult } from './play.ts';

const NAME_WIDTH = 52;
const CELL_WIDTH = 8;
const MOST_CHARS = 400;

const line = (name: string, cells: readonly (string | number)[]): string =>
  name.padEnd(NAME_WIDTH) + cells.map((cell) => String(cell).padStart(CELL_WIDTH)).join('');

const cellsOf = ({ cases, classes, faults }: Omit<RouteResult, 'route'>): readonly number[] => [
  cases,
  ...[2, 3, 4, 5, 0].map((digit) => classes[digit] ?? 0),
  faults.length,
];

const sumOf = (results: readonly RouteResult[]): Omit<RouteResult, 'route'> => ({
  cases: results.reduce((sum, { cases }) => sum + cases, 0),
  classes: Object.fromEntries(
    [2, 3, 4, 5, 0].map((digit) => [
      digit,
      results.reduce((sum, { classes }) => sum + (classes[digit] ?? 0), 0),
    ]),
  ),
  faults: results.flatMap(({ faults }) => faults),
});

/** What stands above the lines of the routes. */
export const headLine = line('route', ['cases', '2xx', '3xx', '4xx', '5xx', 'none', 'faults']);

/** One route: cases, answers by their class, faults. */
export const routeLine = (result: RouteResult): string => line(result.route, cellsOf(result));

/** All of them together. */
export const sumLine = (results: readonly RouteResult[]): string => line('all', cellsOf(sumOf(results)));

/** A fault with its request, and how it is played again. */
export const faultLines = ({ route, number, made, what }: Fault, seed: number): readonly string[] => [
  `${route}, case ${number} (${made.manner}); again: npm run fuzz -- --seed ${seed} --cases ${number + 1} --route '${route}'`,
  `  ${made.method} ${made.target} ${JSON.stringify(made.headers)}`.slice(0, MOST_CHARS),
  ...(made.body ? [`  ${made.body.toString().slice(0, MOST_CHARS)}`] : []),
  ...what.map((each) => `  -> ${each}`),
];

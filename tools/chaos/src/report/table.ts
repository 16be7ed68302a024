import type { SeedResult } from '../runner/run-seed.ts';
import type { Recovery } from './recovery.ts';
import type { Tally } from './tally.ts';

const NAME_WIDTH = 34;
const CELL_WIDTH = 12;

const formatSeconds = (ms: number): string => (ms / 1_000).toFixed(1);
const formatLine = (name: string, ...cells: readonly (string | number)[]): string =>
  name.padEnd(NAME_WIDTH) + cells.map((cell) => String(cell).padStart(CELL_WIDTH)).join('');

const toCells = (recovery: Recovery | undefined): readonly string[] =>
  recovery ? [recovery.resumedMs, recovery.settledMs].map((ms) => (ms === 0 ? '-' : formatSeconds(ms))) : ['', ''];

/**
 * The table that a campaign ends with. Recoveries are the slowest, in seconds of life, of the seeds whose faults come one
 * at a time: empty where a kind was not measured, «-» where nothing had to be recovered.
 */
export const formatTable = ({
  seeds,
  trainings,
  runs,
  unexpectedExits,
  faults,
  breaches,
  slowAfterKill,
}: Tally): readonly string[] => [
  formatLine('seeds', seeds),
  formatLine('trainings', trainings),
  formatLine('runs', runs),
  formatLine('unexpected process exits', unexpectedExits),
  '',
  formatLine('fault', 'injections', 'resumed/s', 'settled/s'),
  ...faults.map(({ kind, injections, recovery }) => formatLine(kind, injections, ...toCells(recovery))),
  '',
  ...Object.entries(breaches).map(([name, count]) => formatLine(name, count)),
  formatLine('kills with over 60 s until resumed', slowAfterKill.length, ...slowAfterKill),
];

/** One line as soon as a seed is done. */
export const formatSeed = ({ schedule, evidence, violations, tookMs }: SeedResult): string =>
  `seed ${schedule.seed}: ${evidence.accepted.length} trainings, ${schedule.injections.length} faults, ` +
  `${formatSeconds(tookMs)} s, ${violations.length === 0 ? 'sound' : `${violations.length} VIOLATIONS`}`;

/** All that is needed to look for the cause. */
export const formatViolations = ({ schedule, violations, dir }: SeedResult): readonly string[] => [
  `seed ${schedule.seed} (again: --seeds 1 --from ${schedule.seed}); logs and history in ${dir}`,
  ...violations.map(({ invariant, message, trainingId }) => `  ${invariant} ${trainingId ?? ''} ${message}`),
  ...schedule.injections.map(
    ({ kind, atMs, forMs }) => `  at ${formatSeconds(atMs)} s for ${formatSeconds(forMs)} s: ${kind}`,
  ),
];

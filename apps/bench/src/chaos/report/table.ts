import type { SeedResult } from '../run-seed.ts';
import type { Tally } from './tally.ts';

const NAME_WIDTH = 32;
const COUNT_WIDTH = 12;

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
const line = (name: string, ...cells: readonly (string | number)[]): string =>
  name.padEnd(NAME_WIDTH) + cells.map((cell) => String(cell).padStart(COUNT_WIDTH)).join('');

/** The table that a campaign ends with. Recoveries in seconds, as they passed and as they stand for in life. */
export const tableOf = (
  { seeds, trainings, runs, faults, breaches }: Tally,
  timeFactor: number,
): readonly string[] => [
  line('seeds', seeds),
  line('trainings', trainings),
  line('runs', runs),
  '',
  line('fault', 'injections', 'recovery/s', 'scaled/s'),
  ...faults.map(({ kind, injections, slowestRecoveryMs }) =>
    line(kind, injections, seconds(slowestRecoveryMs), Math.round((slowestRecoveryMs / 1_000) * timeFactor)),
  ),
  '',
  ...Object.entries(breaches).map(([name, count]) => line(name, count)),
];

/** One line as soon as a seed is done. */
export const seedLine = ({ schedule, evidence, violations, tookMs }: SeedResult): string =>
  `seed ${schedule.seed}: ${evidence.accepted.length} trainings, ${schedule.injections.length} faults, ` +
  `${seconds(tookMs)} s, ${violations.length === 0 ? 'sound' : `${violations.length} VIOLATIONS`}`;

/** All that is needed to look for the cause. */
export const violationLines = ({ schedule, violations, dir }: SeedResult): readonly string[] => [
  `seed ${schedule.seed} (again: --seeds 1 --from ${schedule.seed}); logs and history in ${dir}`,
  ...violations.map(({ invariant, what, trainingId }) => `  ${invariant} ${trainingId ?? ''} ${what}`),
  ...schedule.injections.map(
    ({ kind, atMs, forMs }) => `  at ${seconds(atMs)} s for ${seconds(forMs)} s: ${kind}`,
  ),
];

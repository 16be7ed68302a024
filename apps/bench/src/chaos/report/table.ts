import type { SeedResult } from '../run-seed.ts';
import type { Recovery } from './recovery.ts';
import type { Tally } from './tally.ts';

const NAME_WIDTH = 34;
const CELL_WIDTH = 12;

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
const line = (name: string, ...cells: readonly (string | number)[]): string =>
  name.padEnd(NAME_WIDTH) + cells.map((cell) => String(cell).padStart(CELL_WIDTH)).join('');

const cellsOf = (recovery: Recovery | undefined): readonly string[] =>
  recovery ? [recovery.takenUpMs, recovery.settledMs].map((ms) => (ms === 0 ? '-' : seconds(ms))) : ['', ''];

/**
 * The table that a campaign ends with. Recoveries are the slowest, in seconds of life, of the seeds whose faults come one
 * at a time: empty where a kind was not measured, «-» where nothing had to be recovered.
 */
export const tableOf = ({
  seeds,
  trainings,
  runs,
  ownEnds,
  faults,
  breaches,
  slowAfterDeath,
}: Tally): readonly string[] => [
  line('seeds', seeds),
  line('trainings', trainings),
  line('runs', runs),
  line('processes that ended by themselves', ownEnds),
  '',
  line('fault', 'injections', 'taken up/s', 'settled/s'),
  ...faults.map(({ kind, injections, recovery }) => line(kind, injections, ...cellsOf(recovery))),
  '',
  ...Object.entries(breaches).map(([name, count]) => line(name, count)),
  line('deaths with over 60 s to take up', slowAfterDeath.length, ...slowAfterDeath),
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

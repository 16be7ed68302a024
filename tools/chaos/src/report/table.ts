import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { SeedResult } from '../runner/run-seed.ts';
import type { Recovery } from './recovery.ts';
import type { SeedSummary } from './summary.ts';
import type { Tally } from './tally.ts';

const NAME_WIDTH = 34;
const CELL_WIDTH = 12;

/**
 * The table that a campaign ends with. Recoveries are the slowest, in seconds of life, of the seeds whose faults come one
 * at a time: empty where a kind was not measured, «-» where nothing had to be recovered.
 */
export function formatTable({
  seeds,
  trainings,
  runs,
  unexpectedExits,
  faults,
  breaches,
  slowAfterKill,
}: Tally): readonly string[] {
  return [
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
}

function formatSeconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
function formatLine(name: string, ...cells: readonly (string | number)[]): string {
  return name.padEnd(NAME_WIDTH) + cells.map((cell) => String(cell).padStart(CELL_WIDTH)).join('');
}

function toCells(recovery: Recovery | undefined): readonly string[] {
  return recovery
    ? [recovery.resumedMs, recovery.settledMs].map((ms) => (ms === 0 ? '-' : formatSeconds(ms)))
    : ['', ''];
}

/** One line as soon as a seed is done. */
export function formatSeed({ schedule, evidence, violations, tookMs }: SeedResult): string {
  return (
    `seed ${schedule.seed}: ${evidence.accepted.length} trainings, ${schedule.injections.length} faults, ` +
    `${formatSeconds(tookMs)} s, ${violations.length === 0 ? 'sound' : `${violations.length} VIOLATIONS`}`
  );
}

/** All that is needed to look for the cause. */
export function formatViolations({ schedule, violations, dir }: SeedResult): readonly string[] {
  return [
    `seed ${schedule.seed} (again: --seeds 1 --from ${schedule.seed}); logs and history in ${dir}`,
    ...violations.map(
      ({ invariant, message, trainingId }) => `  ${invariant} ${trainingId ?? ''} ${message}`,
    ),
    ...schedule.injections.map(
      ({ kind, atMs, forMs }) => `  at ${formatSeconds(atMs)} s for ${formatSeconds(forMs)} s: ${kind}`,
    ),
  ];
}

/** Adds a seed to a result file, one line of JSON each, so that a campaign that was cut short loses nothing. */
export function appendResult(file: string, summary: SeedSummary): void {
  appendFileSync(file, `${JSON.stringify(summary)}\n`);
}

/** The seeds of some result files, each once: of several tries the last one. A missing file holds none. */
export function readResults(files: readonly string[]): readonly SeedSummary[] {
  const lines = files
    .filter(existsSync)
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line.endsWith('}'));
  const summaries = lines.map((line) => JSON.parse(line) as SeedSummary);
  return [...new Map(summaries.map((each) => [each.seed, each])).values()];
}

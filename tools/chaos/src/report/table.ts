import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { SeedResult } from '../runner/run-seed.ts';
import type { Recovery } from './recovery.ts';
import type { SeedSummary } from './summary.ts';
import type { Tally } from './tally.ts';

const NAME_WIDTH = 34;
const CELL_WIDTH = 12;

/**
 * Formats the result table of a campaign. Recoveries are the slowest of the isolated seeds in scaled seconds: empty for a
 * kind that was not measured, «-» when no work was interrupted.
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
    formatLine('kills resumed after more than 60 s', slowAfterKill.length, ...slowAfterKill),
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

/** Formats the line that is printed when a seed ends. */
export function formatSeed({ schedule, evidence, violations, tookMs }: SeedResult): string {
  return (
    `seed ${schedule.seed}: ${evidence.accepted.length} trainings, ${schedule.injections.length} faults, ` +
    `${formatSeconds(tookMs)} s, ${violations.length === 0 ? 'no violation' : `${violations.length} VIOLATIONS`}`
  );
}

/** Formats violations, the schedule, the folder of the logs and the options that replay the seed. */
export function formatViolations({ schedule, violations, dir }: SeedResult): readonly string[] {
  return [
    `seed ${schedule.seed} (replay: --seeds 1 --from ${schedule.seed}); logs and history in ${dir}`,
    ...violations.map(
      ({ invariant, message, trainingId }) => `  ${invariant} ${trainingId ?? ''} ${message}`,
    ),
    ...schedule.injections.map(
      ({ kind, atMs, forMs }) => `  at ${formatSeconds(atMs)} s for ${formatSeconds(forMs)} s: ${kind}`,
    ),
  ];
}

/** Appends a seed to a result file as a line of JSON; an interrupted campaign keeps its finished seeds. */
export function appendResult(file: string, summary: SeedSummary): void {
  appendFileSync(file, `${JSON.stringify(summary)}\n`);
}

/** Reads result files. A seed with several lines counts once, by its last line; a missing file is empty. */
export function readResults(files: readonly string[]): readonly SeedSummary[] {
  const lines = files
    .filter(existsSync)
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line.endsWith('}'));
  const summaries = lines.map((line) => JSON.parse(line) as SeedSummary);
  return [...new Map(summaries.map((each) => [each.seed, each])).values()];
}

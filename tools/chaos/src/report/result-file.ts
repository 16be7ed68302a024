import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { SeedSummary } from './summary.ts';

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

/**
 * `npm run first-day [-- --actors N] [--keep]`: plays the first day of a person with N actors (289 by default) through the
 * command line, and prints the transcript. Exit code 1 when an output misses an expectation.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MIN_ACTORS } from './actors.ts';
import { type PlayedStep, playDay } from './play-day.ts';

const { values } = parseArgs({
  options: { actors: { type: 'string', default: '289' }, keep: { type: 'boolean', default: false } },
});
const actors = Number(values.actors);
if (!Number.isInteger(actors) || actors < MIN_ACTORS) {
  writeLine(`--actors must be a whole number of ${MIN_ACTORS} or more`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'trainyard-first-day-'));
const missed = await playDay({ folder, actors, report: writeStep });
if (values.keep) writeLine(`\nThe data are kept in ${folder}`);
else rmSync(folder, { recursive: true, force: true });
writeLine(
  missed.length === 0
    ? '\nEvery step met its expectations.'
    : `\n${missed.length} steps missed an expectation.`,
);
process.exitCode = missed.length === 0 ? 0 : 1;

function writeStep({ title, args, code, output, missed: texts }: PlayedStep): void {
  writeLine(`\n# ${title}\n$ trainyard ${args.join(' ')}\n${output.trimEnd()}\n→ ${code}`);
  for (const text of texts) writeLine(`MISSED: ${text}`);
}

function writeLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

import { parseArgs } from 'node:util';
import { runCampaign, TIME_FACTOR, toSeedRange } from './campaign.ts';
import { isFaultKind } from './plan/fault-kinds.ts';
import { isIsolated } from './plan/schedule.ts';
import type { SeedSummary } from './report/summary.ts';
import { appendResult, formatTable, readResults } from './report/table.ts';
import { tallySummaries } from './report/tally.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '15' },
    from: { type: 'string', default: '1' },
    parallel: { type: 'string', default: '3' },
    factor: { type: 'string', default: String(TIME_FACTOR) },
    faults: { type: 'string' },
    until: { type: 'string' },
    // Leaves out the isolated seeds, which need an idle machine.
    concurrent: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    json: { type: 'string' },
    merge: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const HELP = `Usage: npm run chaos -- [options]

  --seeds N         number of seeds (15)
  --from N          first seed (1)
  --parallel N      seeds that run at the same time (3)
  --factor N        time factor of seeds with concurrent faults (${TIME_FACTOR})
  --faults A,B      only these kinds of faults
  --until I1        stop after the first violation of this invariant
  --concurrent      leave out the isolated seeds, which need an idle machine
  --keep            keep the folders of all seeds
  --json FILE       append each seed to FILE and skip the seeds that it contains
  --merge A,B       print the result table of several files and run no seed`;

if (values.help) {
  print(HELP);
  process.exit(0);
}
// The exit hooks end all child processes.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

function print(line: string): void {
  void process.stdout.write(`${line}\n`);
}

/** Runs the seeds that the result file does not contain. Returns all requested seeds. */
async function runSeeds(): Promise<readonly SeedSummary[]> {
  const { json } = values;
  const requested = toSeedRange(Number(values.from), Number(values.seeds));
  const wanted = requested.filter((seed) => !(values.concurrent && isIsolated(seed)));
  const previous = readResults(json === undefined ? [] : [json]).filter(({ seed }) => wanted.includes(seed));
  const kinds = values.faults?.split(',').filter(isFaultKind);
  const added = await runCampaign({
    seeds: wanted.filter((seed) => !previous.some((each) => each.seed === seed)),
    parallel: Number(values.parallel),
    timeFactor: Number(values.factor),
    print,
    keepAll: values.keep,
    ...(kinds && { kinds }),
    ...(values.until !== undefined && { stopOnViolationOf: values.until }),
    ...(json !== undefined && { onSeed: (summary: SeedSummary) => appendResult(json, summary) }),
  });
  print('');
  return [...previous, ...added];
}

const summaries = values.merge === undefined ? await runSeeds() : readResults(values.merge.split(','));
for (const line of formatTable(tallySummaries(summaries))) print(line);
process.exitCode = summaries.some(({ violations }) => violations.length > 0) ? 1 : 0;

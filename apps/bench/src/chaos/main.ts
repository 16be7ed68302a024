import { parseArgs } from 'node:util';
import { runCampaign, TIME_FACTOR } from './campaign.ts';
import { isFaultKind } from './plan/fault-kinds.ts';
import { tableOf } from './report/table.ts';
import { tallyOf } from './report/tally.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '15' },
    from: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '2' },
    factor: { type: 'string', default: String(TIME_FACTOR) },
    faults: { type: 'string' },
    'until-violation': { type: 'boolean', default: false },
  },
});
// What was started ends with us, also when we are asked to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const timeFactor = Number(values.factor);
const kinds = values.faults?.split(',').filter(isFaultKind);
const results = await runCampaign({
  ...{
    seeds: Number(values.seeds),
    from: Number(values.from),
    lanes: Number(values.lanes),
    timeFactor,
    print,
  },
  ...(kinds && { kinds }),
  untilViolation: values['until-violation'],
});
print('');
for (const line of tableOf(tallyOf(results), timeFactor)) print(line);
process.exitCode = results.some(({ violations }) => violations.length > 0) ? 1 : 0;

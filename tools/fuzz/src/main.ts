import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';
import { formatFault, formatRoute, formatTotal, headingLine } from './report.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    cases: { type: 'string', default: '50' },
    route: { type: 'string' },
  },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

function print(lines: readonly string[]): void {
  void process.stdout.write(`${lines.join('\n')}\n`);
}
const seed = Number(values.seed);
print([headingLine]);
const { results, faults } = await fuzz({
  seed,
  cases: Number(values.cases),
  onRoute: (result) => print([formatRoute(result)]),
  ...(values.route !== undefined && { route: values.route }),
});
const found = results.flatMap((each) => each.faults);
print([formatTotal(results), '', ...found.flatMap((fault) => formatFault(fault, seed)), ...faults]);
if (results.length === 0) print([`The OpenAPI document contains no route «${values.route ?? ''}»`]);
process.exitCode = results.length === 0 || found.length > 0 || faults.length > 0 ? 1 : 0;

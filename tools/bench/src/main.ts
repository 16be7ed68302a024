import { benchmarkCatalogue } from './catalogue.ts';
import { benchmarkDispatchLatency } from './dispatch-latency.ts';
import { benchmarkLists } from './lists.ts';

const benchmarks = {
  catalogue: benchmarkCatalogue,
  lists: benchmarkLists,
  latency: benchmarkDispatchLatency,
} as const;

function isKnown(name: string): name is keyof typeof benchmarks {
  return Object.hasOwn(benchmarks, name);
}
const [name = ''] = process.argv.slice(2);

if (isKnown(name)) {
  await benchmarks[name]((line) => process.stdout.write(`${line}\n`));
} else {
  process.stderr.write(
    `Unknown benchmark «${name}». Known benchmarks: ${Object.keys(benchmarks).join(', ')}\n`,
  );
  process.exitCode = 2;
}

import { createLog, openAll } from '@trainyard/runtime';
import { openTestSystem } from '@trainyard/testing/system';
import { startBenchApi } from './catalogue-server.ts';
import { type Case, compareServers, formatRow, HEADING } from './quantiles.ts';
import { restoreTrainings } from './trainings.ts';

const SMALL = 100;
const LARGE = 100_000;
/** Bound of the p99 over 100 000 trainings, relative to the p99 over 100 trainings (docs/performance.md). */
const ALLOWED_RATIO = 1.5;
const ROUNDS = 500;

interface TrainingListServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The smaller store has a full page for each query, so that both responses have the same size. */
const QUERIES = [
  'limit=50',
  'limit=20&status=failed,cancelled',
  'limit=20&kind=style',
  'limit=2&subject_id=s7',
  'limit=10&batch_id=b0',
  'limit=20&user_id=ben',
  'limit=20&tenant_id=here',
  'limit=10&needs_attention=true',
  'limit=20&needs_attention=false',
  'limit=5&status=completed&kind=actor&user_id=ana&tenant_id=there',
  'limit=5&status=completed&needs_attention=true&user_id=ben',
  // Empty results, although each filter alone matches thousands of trainings.
  'limit=50&status=failed&user_id=ben',
  'limit=50&kind=actor&needs_attention=true',
  'limit=50&batch_id=b0&kind=style',
];

const CASES: readonly Case<TrainingListServer>[] = QUERIES.map((query) => ({
  name: query,
  toPath: () => `/api/trainings?${query}`,
}));

/**
 * Compares `GET /api/trainings` over 100 and over 100 000 trainings with alternating calls over HTTP; each API has its own
 * Redis. Sets exit code 1 when a p99 of the large store exceeds 1.5 times that of the small store.
 */
export async function benchmarkLists(print: (line: string) => void): Promise<void> {
  const small = await openTrainingListServer(SMALL);
  const large = await openTrainingListServer(LARGE);
  try {
    print(HEADING);
    const ratios: number[] = [];
    for (const each of CASES) {
      const [few, many] = await compareServers([small, large], each, ROUNDS);
      const ratio = many.p99 / few.p99;
      print(each.name);
      print(formatRow(`  ${SMALL} trainings`, few));
      print(formatRow(`  ${LARGE} trainings`, many));
      print(`  p99 ratio: ${ratio.toFixed(2)} (median ratio: ${(many.p50 / few.p50).toFixed(2)})`);
      ratios.push(ratio);
    }
    const worst = Math.max(...ratios);
    print(`worst p99 ratio: ${worst.toFixed(2)}, allowed ${ALLOWED_RATIO}`);
    if (worst > ALLOWED_RATIO) process.exitCode = 1;
  } finally {
    await small.close();
    await large.close();
  }
}

function openTrainingListServer(count: number): Promise<TrainingListServer> {
  return openAll(createLog({ name: 'bench', level: 'silent' }), async ({ register }) => {
    const system = register('system', await openTestSystem(), (each) => each.close());
    await restoreTrainings(system.deps.store, count);
    const api = register('api', await startBenchApi(system), (each) => each.close());
    return { url: api.url };
  });
}

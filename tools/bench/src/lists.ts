import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi, toApiDeps, toApiOptions } from '@trainyard/api';
import { startRedis } from '@trainyard/cli';
import { createLog, openAll, openDeps, readSettings } from '@trainyard/runtime';
import { type Case, compareServers, formatRow, HEADING } from './quantiles.ts';
import { restoreTrainings } from './trainings.ts';

const SMALL = 100;
const LARGE = 100_000;
/** SPEC: a list over 100 000 trainings is hardly slower than one over 100 (p99). */
const ALLOWED_RATIO = 1.5;
const ROUNDS = 500;

interface TrainingListServer {
  readonly url: string;
  close(): Promise<void>;
}

/** As many on a page as the smaller record has of them, so that both answer with as much. */
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
  // Answers that are empty, though each filter alone lets thousands through.
  'limit=50&status=failed&user_id=ben',
  'limit=50&kind=actor&needs_attention=true',
  'limit=50&batch_id=b0&kind=style',
];

const CASES: readonly Case<TrainingListServer>[] = QUERIES.map((query) => ({
  name: query,
  toPath: () => `/api/trainings?${query}`,
}));

/**
 * Compares, in one run and turn by turn, `GET /api/trainings` over 100 and over 100 000 trainings, over HTTP and with a
 * Redis each. Fails when a p99 is more than 1.5 times the other.
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
      print(`  ratio of the p99: ${ratio.toFixed(2)} (of the medians: ${(many.p50 / few.p50).toFixed(2)})`);
      ratios.push(ratio);
    }
    const worst = Math.max(...ratios);
    print(`worst ratio of the p99: ${worst.toFixed(2)}, allowed ${ALLOWED_RATIO}`);
    if (worst > ALLOWED_RATIO) process.exitCode = 1;
  } finally {
    await small.close();
    await large.close();
  }
}

function openTrainingListServer(count: number): Promise<TrainingListServer> {
  const log = createLog({ name: 'bench', level: 'silent' });
  return openAll(log, async ({ register }) => {
    const dir = register('folder', await mkdtemp(join(tmpdir(), 'trainyard-bench-')), (each) =>
      rm(each, { recursive: true, force: true }),
    );
    const redis = register('redis', await startRedis(join(dir, 'redis')), (each) => each.close());
    const settings = readSettings({
      REDIS_URL: redis.url,
      OBJECT_STORE_URL: `file:${join(dir, 'store')}`,
      MODEL_TRAINING_RUNPOD_API_KEY: 'none',
      MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'bench',
    });
    const open = register('deps', await openDeps(settings, { log }), (each) => each.close());
    await restoreTrainings(open.deps.store, count);
    const options = { ...toApiOptions(settings), rateLimit: { max: 1e9, windowMs: 60_000 } };
    const parts = { deps: toApiDeps(open), options, host: '127.0.0.1', port: 0 };
    const api = register('api', await startApi(parts), (each) => each.close());
    return { url: api.url };
  });
}

import { mkdtemp, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { calmOf, isCalm } from './plan/calm.ts';
import type { FaultKind } from './plan/fault-kinds.ts';
import { stormOf } from './plan/schedule.ts';
import { type SeedSummary, summaryOf } from './report/summary.ts';
import { seedLine, violationLines } from './report/table.ts';
import { forgetSeed, runSeed, type SeedPlan, type SeedResult } from './run-seed.ts';
import { bundleApps } from './yard/bundled.ts';

/** Which seeds are played, and how. */
export interface CampaignPlan {
  readonly seeds: readonly number[];
  /** Seeds that are played side by side. */
  readonly lanes: number;
  /** Of the stormy seeds; calm ones have their own. */
  readonly timeFactor: number;
  /** Only these kinds of faults, several times in each seed; all of them unless told. */
  readonly kinds?: readonly FaultKind[];
  /** Ends with the first breach of this invariant. */
  readonly until?: string;
  /** Keeps the folder of each seed, with its evidence, also of a sound one. */
  readonly keepAll?: boolean;
  readonly print: (line: string) => void;
  /** Hears of each seed as soon as it is done. */
  readonly note?: (summary: SeedSummary) => void;
}

/** Twenty-six minutes of life pass in thirteen seconds. */
export const TIME_FACTOR = 120;
/**
 * Slow enough for what cannot be scaled (the start of a process, the shortest lease of an errand) to take its time
 * without making a recovery look slower than it is in life.
 */
const CALM_TIME_FACTOR = 12;

/** Some neighbouring seeds. */
export const seedsFrom = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, n) => first + n);

/** What every test run plays: enough seeds for each kind of fault to come several times. */
export const SHORT_CAMPAIGN = { seeds: seedsFrom(1, 15), lanes: 2, timeFactor: TIME_FACTOR } as const;

const keep = (result: SeedResult): Promise<void> =>
  writeFile(
    join(result.dir, 'verdict.json'),
    JSON.stringify({ ...result, evidence: { ...result.evidence, kept: [...result.evidence.kept] } }, null, 2),
  );

const planOf = (plan: CampaignPlan, seed: number): Omit<SeedPlan, 'dir' | 'mains'> =>
  plan.kinds === undefined && isCalm(seed)
    ? { schedule: calmOf(seed), timeFactor: CALM_TIME_FACTOR }
    : { schedule: stormOf(seed, plan.kinds), timeFactor: plan.timeFactor };

/** Plays seeds one after another in a few lanes. The folder of a seed that is not sound is kept. */
export const runCampaign = async (plan: CampaignPlan): Promise<readonly SeedSummary[]> => {
  const { print } = plan;
  const base = await mkdtemp(join(tmpdir(), 'trainyard-chaos-'));
  const { mains, clear } = await bundleApps();
  const limit = pLimit(plan.lanes);
  const summaries: SeedSummary[] = [];
  const enough = (): boolean =>
    summaries.some(({ violations }) => violations.some(({ invariant }) => invariant === plan.until));
  const playOne = async (seed: number): Promise<void> => {
    if (enough()) return;
    const dir = join(base, `seed-${seed}`);
    const result = await runSeed({ ...planOf(plan, seed), mains, dir }).catch((error: unknown) => {
      print(`seed ${seed} could not be played: ${error}`);
      throw error;
    });
    const summary = summaryOf(result);
    summaries.push(summary);
    plan.note?.(summary);
    print(seedLine(result));
    if (result.violations.length === 0 && !plan.keepAll) return forgetSeed(result);
    await keep(result);
    if (result.violations.length === 0) return print(`  kept in ${result.dir}`);
    for (const line of violationLines(result)) print(line);
  };
  const played = plan.seeds.map((seed) => limit(() => playOne(seed)));
  await Promise.allSettled(played);
  await clear();
  await Promise.all(played);
  await rmdir(base).catch(() => undefined);
  return summaries;
};

import { mkdtemp, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { bundleApps } from './cluster/bundle.ts';
import type { FaultKind } from './plan/fault-kinds.ts';
import { createConcurrentSchedule, createIsolatedSchedule, isIsolated } from './plan/schedule.ts';
import { type SeedSummary, toSummary } from './report/summary.ts';
import { formatSeed, formatViolations } from './report/table.ts';
import { removeSeedDir, runSeed, type SeedPlan, type SeedResult } from './runner/run-seed.ts';

/** Which seeds are played, and how. */
export interface CampaignPlan {
  readonly seeds: readonly number[];
  /** Seeds that are played side by side. */
  readonly parallel: number;
  /** Of the stormy seeds; calm ones have their own. */
  readonly timeFactor: number;
  /** Only these kinds of faults, several times in each seed; all of them unless told. */
  readonly kinds?: readonly FaultKind[];
  /** Ends with the first breach of this invariant. */
  readonly stopOnViolationOf?: string;
  /** Keeps the folder of each seed, with its evidence, also of a sound one. */
  readonly keepAll?: boolean;
  readonly print: (line: string) => void;
  /** Hears of each seed as soon as it is done. */
  readonly onSeed?: (summary: SeedSummary) => void;
}

/** Twenty-six minutes of life pass in thirteen seconds. */
export const TIME_FACTOR = 120;
/**
 * Slow enough for what cannot be scaled (the start of a process, the shortest lease of an errand) to take its time
 * without making a recovery look slower than it is in life.
 */
const ISOLATED_TIME_FACTOR = 12;

/** Plays seeds one after another in a few lanes. The folder of a seed that is not sound is kept. */
export async function runCampaign(plan: CampaignPlan): Promise<readonly SeedSummary[]> {
  const { print } = plan;
  const base = await mkdtemp(join(tmpdir(), 'trainyard-chaos-'));
  const { mains, clear } = await bundleApps();
  const limit = pLimit(plan.parallel);
  const summaries: SeedSummary[] = [];
  const shouldStop = (): boolean =>
    summaries.some(({ violations }) =>
      violations.some(({ invariant }) => invariant === plan.stopOnViolationOf),
    );
  const runOne = async (seed: number): Promise<void> => {
    if (shouldStop()) return;
    const dir = join(base, `seed-${seed}`);
    const result = await runSeed({ ...toSeedPlan(plan, seed), mains, dir }).catch((error: unknown) => {
      print(`seed ${seed} could not be played: ${error}`);
      throw error;
    });
    const summary = toSummary(result);
    summaries.push(summary);
    plan.onSeed?.(summary);
    print(formatSeed(result));
    if (result.violations.length === 0 && !plan.keepAll) return removeSeedDir(result);
    await writeVerdict(result);
    if (result.violations.length === 0) return print(`  kept in ${result.dir}`);
    for (const line of formatViolations(result)) print(line);
  };
  const running = plan.seeds.map((seed) => limit(() => runOne(seed)));
  await Promise.allSettled(running);
  await clear();
  await Promise.all(running);
  await rmdir(base).catch(() => undefined);
  return summaries;
}

/** Some neighbouring seeds. */
export function toSeedRange(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => first + n);
}

function writeVerdict(result: SeedResult): Promise<void> {
  return writeFile(
    join(result.dir, 'verdict.json'),
    JSON.stringify(
      { ...result, evidence: { ...result.evidence, kept: [...result.evidence.finalStates] } },
      null,
      2,
    ),
  );
}

function toSeedPlan(plan: CampaignPlan, seed: number): Omit<SeedPlan, 'dir' | 'mains'> {
  return plan.kinds === undefined && isIsolated(seed)
    ? { schedule: createIsolatedSchedule(seed), timeFactor: ISOLATED_TIME_FACTOR }
    : { schedule: createConcurrentSchedule(seed, plan.kinds), timeFactor: plan.timeFactor };
}

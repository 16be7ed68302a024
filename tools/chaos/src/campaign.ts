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

/** Options of {@link runCampaign}. */
export interface CampaignPlan {
  readonly seeds: readonly number[];
  /** Number of seeds that run at the same time. */
  readonly parallel: number;
  /** Time factor of seeds with concurrent faults; isolated seeds use 12. */
  readonly timeFactor: number;
  /** Only these kinds of faults, several times in each seed; all kinds by default. */
  readonly kinds?: readonly FaultKind[];
  /** Starts no further seed after the first violation of this invariant. */
  readonly stopOnViolationOf?: string;
  /** Keeps the folder and evidence of every seed; by default only of seeds with violations. */
  readonly keepAll?: boolean;
  readonly print: (line: string) => void;
  /** Called when a seed ends. */
  readonly onSeed?: (summary: SeedSummary) => void;
}

/** Default time factor: the 26 min of a schedule pass in 13 s. */
export const TIME_FACTOR = 120;
/**
 * Time factor of isolated seeds. Process starts and the shortest lease of a job are not scaled; at this factor they do not
 * dominate a measured recovery.
 */
const ISOLATED_TIME_FACTOR = 12;

/** Runs the seeds and keeps the folders of seeds with violations. Throws when a seed could not run. */
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
      print(`seed ${seed} failed to run: ${error}`);
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

/** Returns `count` consecutive seeds. */
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

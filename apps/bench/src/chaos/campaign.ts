import { mkdtemp, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { FaultKind } from './plan/fault-kinds.ts';
import { scheduleOf } from './plan/schedule.ts';
import { seedLine, violationLines } from './report/table.ts';
import { forgetSeed, runSeed, type SeedResult } from './run-seed.ts';

/** Which seeds are played, and how. */
export interface CampaignPlan {
  readonly seeds: number;
  readonly from: number;
  /** Seeds that are played side by side. */
  readonly lanes: number;
  readonly timeFactor: number;
  /** Only these kinds of faults; all of them unless told. */
  readonly kinds?: readonly FaultKind[];
  /** Ends with the first seed that is not sound. */
  readonly untilViolation?: boolean;
  readonly print: (line: string) => void;
}

/** Twenty-four minutes of life pass in six seconds. */
export const TIME_FACTOR = 240;

/** What every test run plays: enough seeds for each kind of fault to come several times. */
export const SHORT_CAMPAIGN = { seeds: 15, from: 1, lanes: 2, timeFactor: TIME_FACTOR } as const;

const keep = (result: SeedResult): Promise<void> =>
  writeFile(
    join(result.dir, 'verdict.json'),
    JSON.stringify({ ...result, evidence: { ...result.evidence, kept: [...result.evidence.kept] } }, null, 2),
  );

/** Plays seeds one after another in a few lanes. The folder of a seed that is not sound is kept. */
export const runCampaign = async (plan: CampaignPlan): Promise<readonly SeedResult[]> => {
  const { print } = plan;
  const base = await mkdtemp(join(tmpdir(), 'trainyard-chaos-'));
  const limit = pLimit(plan.lanes);
  const results: SeedResult[] = [];
  const enough = (): boolean =>
    plan.untilViolation === true && results.some(({ violations }) => violations.length > 0);
  const playOne = async (seed: number): Promise<void> => {
    if (enough()) return;
    const schedule = scheduleOf(seed, plan.kinds);
    const result = await runSeed({ schedule, dir: join(base, `seed-${seed}`), timeFactor: plan.timeFactor });
    results.push(result);
    print(seedLine(result));
    if (result.violations.length === 0) return forgetSeed(result);
    await keep(result);
    for (const line of violationLines(result)) print(line);
  };
  const played = Array.from({ length: plan.seeds }, (_, n) => limit(() => playOne(plan.from + n)));
  await Promise.allSettled(played);
  await Promise.all(played);
  await rmdir(base).catch(() => undefined);
  return results;
};

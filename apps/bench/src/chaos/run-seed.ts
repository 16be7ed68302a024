import { rm } from 'node:fs/promises';
import { check } from './check/check.ts';
import type { Violation } from './check/violation.ts';
import type { Schedule } from './plan/schedule.ts';
import { play } from './play/play.ts';
import { mend, settle } from './play/settle.ts';
import { collect } from './record/collect.ts';
import { openDiary } from './record/diary.ts';
import type { Evidence } from './record/evidence.ts';
import type { Mains } from './yard/bundled.ts';
import { openYard } from './yard/yard.ts';

/** What became of a seed. */
export interface SeedResult {
  readonly schedule: Schedule;
  readonly timeFactor: number;
  readonly evidence: Evidence;
  readonly violations: readonly Violation[];
  /** Where logs and history are. */
  readonly dir: string;
  readonly tookMs: number;
}

export interface SeedPlan {
  readonly schedule: Schedule;
  readonly dir: string;
  readonly timeFactor: number;
  readonly mains: Mains;
}

const BOUND = 2;
const MS_PER_STEP = 1_500;

const longestRunMs = ({ trainings }: Schedule): number =>
  Math.max(...trainings.map(({ steps }) => steps)) * MS_PER_STEP;

/** Plays one seed from its first request to rest, and judges it. Its folder stays only when something was wrong. */
export const runSeed = async (plan: SeedPlan): Promise<SeedResult> => {
  const { schedule, dir, timeFactor } = plan;
  const startedAt = performance.now();
  const diary = openDiary(BOUND);
  const yard = await openYard({ ...plan, bound: BOUND, longestRunMs: longestRunMs(schedule) });
  try {
    await play({ yard, diary, schedule });
    const mendedAt = Date.now();
    await mend(yard);
    const settled = await settle(yard, diary);
    const evidence = await collect(yard, diary, { settled, mendedAt });
    const violations = check(evidence);
    return { schedule, timeFactor, evidence, violations, dir, tookMs: performance.now() - startedAt };
  } finally {
    await yard.close();
  }
};

export const forgetSeed = ({ dir }: Pick<SeedResult, 'dir'>): Promise<void> =>
  rm(dir, { recursive: true, force: true, maxRetries: 3 });

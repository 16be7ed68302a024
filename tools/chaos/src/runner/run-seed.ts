import { rm } from 'node:fs/promises';
import { checkEvidence } from '../check/check.ts';
import type { AppMains } from '../cluster/bundle.ts';
import { openChaosCluster } from '../cluster/cluster.ts';
import { createEventLog } from '../evidence/event-log.ts';
import type { Evidence, Violation } from '../evidence/evidence.ts';
import type { Schedule } from '../plan/schedule.ts';
import { runSchedule } from './run-schedule.ts';
import { collectEvidence, recoverCluster, waitUntilSettled } from './settle.ts';

/** Result of a seed. */
export interface SeedResult {
  readonly schedule: Schedule;
  readonly timeFactor: number;
  readonly evidence: Evidence;
  readonly violations: readonly Violation[];
  /** Folder of logs and history. */
  readonly dir: string;
  /** Duration in real ms. */
  readonly tookMs: number;
}

/** Options of {@link runSeed}. */
export interface SeedPlan {
  readonly schedule: Schedule;
  readonly dir: string;
  readonly timeFactor: number;
  readonly mains: AppMains;
}

const MAX_CONCURRENCY = 2;
const MS_PER_STEP = 1_500;

/** Runs a seed until no work is pending and checks its evidence. Throws when the cluster does not start. */
export async function runSeed(plan: SeedPlan): Promise<SeedResult> {
  const { schedule, dir, timeFactor } = plan;
  const startedAt = performance.now();
  const eventLog = createEventLog(MAX_CONCURRENCY);
  const cluster = await openChaosCluster({
    ...plan,
    maxConcurrency: MAX_CONCURRENCY,
    sentinel: schedule.sentinel,
    longestRunMs: getLongestRunMs(schedule),
  });
  try {
    await runSchedule({ cluster, eventLog, schedule });
    const recoveredAt = Date.now();
    await recoverCluster(cluster);
    const settled = await waitUntilSettled(cluster, eventLog);
    const evidence = await collectEvidence(cluster, eventLog, { settled, recoveredAt });
    const violations = checkEvidence(evidence);
    return { schedule, timeFactor, evidence, violations, dir, tookMs: performance.now() - startedAt };
  } finally {
    await cluster.close();
  }
}

function getLongestRunMs({ trainings }: Schedule): number {
  return Math.max(...trainings.map(({ steps }) => steps)) * MS_PER_STEP;
}

/** Deletes the folder of a seed. */
export function removeSeedDir({ dir }: Pick<SeedResult, 'dir'>): Promise<void> {
  return rm(dir, { recursive: true, force: true, maxRetries: 3 });
}

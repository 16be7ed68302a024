import { isTerminal } from '@trainyard/domain';
import type { ChaosCluster } from '../cluster/cluster.ts';
import type { EventLog } from '../evidence/event-log.ts';
import { injectFault } from '../faults/inject.ts';
import { submitTraining, uploadImages } from '../injection/submit-training.ts';
import type { Schedule } from '../plan/schedule.ts';
import { resolveStuckTrainings } from './operator.ts';

/** Cluster, event log and schedule of a seed. */
interface SeedRun {
  readonly cluster: ChaosCluster;
  readonly eventLog: EventLog;
  readonly schedule: Schedule;
}

const POLL_INTERVAL_MS = 24_000;
const OPERATOR_INTERVAL_MS = 60_000;
const MIN_LENGTH_MS = 26 * 60_000;
/** Additional time for faults that wait for a target on a busy machine. Real ms. */
const LATE_FAULTS_REAL_MS = 30_000;
/** Pause between two isolated faults. Scaled ms. */
const PAUSE_MS = 150_000;
const ACTIVE_TRAININGS = 5;
/** Timeout of an isolated seed, for faults that find no target. Real ms. */
const MAX_ISOLATED_REAL_MS = 900_000;

/** Submits the trainings and injects the faults of a seed while an operator resolves stuck trainings. */
export async function runSchedule(seedRun: SeedRun): Promise<void> {
  const end = new AbortController();
  const tasks = seedRun.schedule.isolated
    ? [submitContinuously(seedRun, end.signal), runIsolated(seedRun, end)]
    : [submitAll(seedRun), runConcurrent(seedRun, end)];
  await Promise.all([...tasks, runOperator(seedRun, end.signal)]);
}

async function submitAll({ cluster, eventLog, schedule }: SeedRun): Promise<void> {
  const images = await uploadImages(cluster);
  const submitted = schedule.trainings.map(async (training, n) => {
    await cluster.wait(training.atMs);
    await submitTraining(cluster, eventLog, { key: `${schedule.seed}-${n}`, training, images });
  });
  await Promise.all(submitted);
}

/** Length of the schedule in scaled ms: 26 min, or longer for results past their retention. */
function getLengthMs({ injections }: Schedule): number {
  return Math.max(
    MIN_LENGTH_MS,
    ...injections
      .filter(({ kind }) => kind === 'result_past_retention')
      .map(({ atMs, forMs }) => atMs + forMs),
  );
}

/** Counts trainings that ended or were lost; 0 while Redis is unavailable. */
async function countEnded({ deps }: ChaosCluster, eventLog: EventLog): Promise<number> {
  const ids = eventLog.accepted.map(({ trainingId }) => trainingId);
  const trainings = await deps.store.loadAll(ids).catch(() => undefined);
  return trainings ? ids.length - trainings.filter((each) => !isTerminal(each)).length : 0;
}

/** Returns true when no training remains as a target. */
async function haveAllEnded({ cluster, eventLog, schedule }: SeedRun): Promise<boolean> {
  return (await countEnded(cluster, eventLog)) >= schedule.trainings.length;
}

interface WaitLimits {
  readonly untilMs: number;
  readonly isDone: () => boolean;
  readonly signal: AbortSignal;
}

async function waitUntilAllEnded(seedRun: SeedRun, { untilMs, isDone, signal }: WaitLimits): Promise<void> {
  while (Date.now() < untilMs && !isDone() && !signal.aborted) {
    if (await haveAllEnded(seedRun)) return;
    await seedRun.cluster.wait(POLL_INTERVAL_MS);
  }
}

/** Injects each fault at its start, concurrently with the others. */
async function runConcurrent(seedRun: SeedRun, end: AbortController): Promise<void> {
  const { cluster, eventLog, schedule } = seedRun;
  const { injections } = schedule;
  const injected = Promise.all(
    injections.map(async (injection) => {
      await cluster.wait(injection.atMs, end.signal);
      await injectFault({ cluster, eventLog, injection, signal: end.signal });
    }),
  );
  // A fault that throws ends the seed and the faults that wait for a target.
  injected.catch(() => end.abort());
  await cluster.wait(getLengthMs(schedule), end.signal);
  const allInjected = (): boolean => eventLog.injections.length === injections.length;
  const untilMs = Date.now() + LATE_FAULTS_REAL_MS;
  await waitUntilAllEnded(seedRun, { untilMs, isDone: allInjected, signal: end.signal });
  end.abort();
  await injected;
}

/** Keeps five trainings active, so that acceptances, submissions and ends continue during every fault. */
async function submitContinuously(
  { cluster, eventLog, schedule }: SeedRun,
  signal: AbortSignal,
): Promise<void> {
  const images = await uploadImages(cluster);
  for (const [n, training] of schedule.trainings.entries()) {
    while (
      !signal.aborted &&
      eventLog.accepted.length - (await countEnded(cluster, eventLog)) >= ACTIVE_TRAININGS
    )
      await cluster.wait(POLL_INTERVAL_MS, signal);
    if (signal.aborted) return;
    await submitTraining(cluster, eventLog, { key: `${schedule.seed}-${n}`, training, images });
  }
}

/** Injects a fault when the previous fault is undone. */
async function runIsolated(seedRun: SeedRun, end: AbortController): Promise<void> {
  const { cluster, eventLog, schedule } = seedRun;
  const signal = end.signal;
  const timeout = setTimeout(() => end.abort(), MAX_ISOLATED_REAL_MS);
  for (const injection of schedule.injections) {
    await cluster.wait(PAUSE_MS, signal);
    if (signal.aborted) break;
    await injectFault({ cluster, eventLog, injection, signal });
  }
  await cluster.wait(PAUSE_MS, signal);
  clearTimeout(timeout);
  end.abort();
}

async function runOperator({ cluster, eventLog }: SeedRun, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await resolveStuckTrainings(cluster, eventLog).catch(() => undefined);
    await cluster.wait(OPERATOR_INTERVAL_MS, signal);
  }
}

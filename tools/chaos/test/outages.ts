import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Training, TrainingStatus } from '@trainyard/domain';
import { expect, onTestFinished } from 'vitest';
import { checkEvidence } from '../src/check/check.ts';
import { type ChaosCluster, openChaosCluster } from '../src/cluster/cluster.ts';
import { createEventLog, type EventLog } from '../src/evidence/event-log.ts';
import type { Evidence } from '../src/evidence/evidence.ts';
import { listEvents, listRuns } from '../src/evidence/runs.ts';
import { submitTraining, uploadImages } from '../src/injection/submit-training.ts';
import { collectEvidence, waitUntilSettled } from '../src/runner/settle.ts';

const TIME_FACTOR = 120;
const MINUTE_MS = 60_000;
const MAX_CONCURRENCY = 2;
/** A quarter of an hour at 1.5 s per step, half the retention of a result. */
const STEPS = 600;
const TRAININGS = 4;

interface Outage {
  readonly cluster: ChaosCluster;
  readonly eventLog: EventLog;
  readonly dir: string;
  readonly images: Awaited<ReturnType<typeof uploadImages>>;
}

/**
 * Stops all processes but Redis while two runs are live, and restarts them after the runs ended. Expects that the models
 * are found in the object store and that each training has a single run. RunPod drops a result after 30 min.
 */
export async function surviveSystemOutage({ outageMs }: { readonly outageMs: number }): Promise<void> {
  const outage = await openOutage();
  const { cluster, eventLog } = outage;
  await waitForCount(() => countStatus(outage, 'submitted', 'running'), MAX_CONCURRENCY);
  await Promise.all(cluster.processes.map((each) => each.kill()));
  await cluster.wait(outageMs);
  expect(countEnded(outage)).toBe(MAX_CONCURRENCY);
  for (const each of cluster.processes) each.restart();

  const evidence = await settleAndCollect(outage);
  expect(await countStatus(outage, 'completed')).toBe(TRAININGS);
  const fromStore = eventLog.accepted.filter(({ trainingId }) =>
    listEvents(evidence, trainingId).some(({ type }) => type === 'output_found'),
  );
  expect(fromStore).toHaveLength(MAX_CONCURRENCY);
  expectOneRunEach(outage, evidence);
}

/**
 * Has RunPod answer 401 to every call for `deniedMs`. Expects that the gate closes once, that no training fails, and that
 * all of them complete with a single run after the key is valid again.
 */
export async function surviveInvalidKey({ deniedMs }: { readonly deniedMs: number }): Promise<void> {
  const outage = await openOutage();
  const { cluster, eventLog, dir } = outage;
  await waitForCount(() => countStatus(outage, 'submitted', 'running'), MAX_CONCURRENCY);
  // On a busy machine the first two may have ended before the next two were submitted.
  await submitTrainings(outage, MAX_CONCURRENCY);
  const [waiting, endedBefore] = [await countStatus(outage, 'queued'), countEnded(outage)];
  await cluster.simulator.injectFaults({ kind: 'answer', http_status: 401, times: null });
  await waitForCount(() => countEnded(outage), endedBefore + MAX_CONCURRENCY);
  await expect.poll(async () => (await cluster.deps.store.getControl()).gate?.reason).toMatch(/401/);
  await cluster.wait(deniedMs);
  expect(waiting).toBeGreaterThanOrEqual(MAX_CONCURRENCY);
  expect(await countStatus(outage, 'queued')).toBe(waiting);
  expect(await countStatus(outage, 'failed')).toBe(0);
  await cluster.simulator.clearFaults();

  const evidence = await settleAndCollect(outage);
  expect(await countStatus(outage, 'completed')).toBe(eventLog.accepted.length);
  expectOneRunEach(outage, evidence);
  const logs = await Promise.all(cluster.processes.map(({ name }) => readFile(`${dir}/${name}.log`, 'utf8')));
  expect(logs.join('').match(/"event":"gate_closed"/g)).toHaveLength(1);
}

async function openOutage(): Promise<Outage> {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-outage-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  const cluster = await openChaosCluster({
    dir,
    timeFactor: TIME_FACTOR,
    maxConcurrency: MAX_CONCURRENCY,
    longestRunMs: 20 * MINUTE_MS,
    mains: {},
  });
  onTestFinished(() => cluster.close());
  const outage = {
    cluster,
    eventLog: createEventLog(MAX_CONCURRENCY),
    dir,
    images: await uploadImages(cluster),
  };
  await submitTrainings(outage, TRAININGS);
  return outage;
}

async function submitTrainings({ cluster, eventLog, images }: Outage, count: number): Promise<void> {
  for (let submitted = 0; submitted < count; submitted += 1) {
    const key = String(eventLog.accepted.length);
    const training = { atMs: 0, kind: 'actor', subjectId: `a${key}`, steps: STEPS, priority: 10 } as const;
    await submitTraining(cluster, eventLog, { key, training, images });
  }
}

async function countStatus({ cluster, eventLog }: Outage, ...statuses: TrainingStatus[]): Promise<number> {
  const ids = eventLog.accepted.map(({ trainingId }) => trainingId);
  const trainings: readonly Training[] = await cluster.deps.store.loadAll(ids);
  return trainings.filter(({ status }) => statuses.includes(status)).length;
}

function countEnded({ cluster }: Outage): number {
  return cluster.provider.events().filter(({ event }) => event === 'ended').length;
}

function waitForCount(getCount: () => number | Promise<number>, count: number): Promise<void> {
  return expect.poll(getCount, { timeout: 60_000, interval: 20 }).toBe(count);
}

/** Waits until no work is pending and collects the evidence. Fails when work remains pending. */
async function settleAndCollect({ cluster, eventLog }: Outage): Promise<Evidence> {
  expect(await waitUntilSettled(cluster, eventLog)).toBe(true);
  return collectEvidence(cluster, eventLog, { settled: true, recoveredAt: Date.now() });
}

function expectOneRunEach({ eventLog }: Outage, evidence: Evidence): void {
  const runs = eventLog.accepted.map(
    ({ trainingId }) => listRuns(evidence).filter((run) => run.trainingId === trainingId).length,
  );
  expect(runs).toEqual(eventLog.accepted.map(() => 1));
  expect(checkEvidence(evidence)).toEqual([]);
}

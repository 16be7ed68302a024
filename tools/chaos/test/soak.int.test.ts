import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Training, TrainingStatus } from '@trainyard/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkEvidence } from '../src/check/check.ts';
import { type ChaosCluster, openChaosCluster } from '../src/cluster/cluster.ts';
import { createEventLog, type EventLog } from '../src/evidence/event-log.ts';
import type { Evidence } from '../src/evidence/evidence.ts';
import { listEvents, listRuns } from '../src/evidence/runs.ts';
import { collectEvidence, waitUntilSettled } from '../src/runner/settle.ts';
import { submitTraining, uploadImages } from '../src/runner/submit-training.ts';

const TIME_FACTOR = 120;
const MINUTE_MS = 60_000;
const MAX_CONCURRENCY = 2;
/** A quarter of an hour: long enough that two are seen to run, and short enough to be forgotten after 45 minutes. */
const STEPS = 600;
const TRAININGS = 4;

let dir: string;
let cluster: ChaosCluster;
let eventLog: EventLog;
let images: Awaited<ReturnType<typeof uploadImages>>;
async function submitTrainings(count: number): Promise<void> {
  for (let submitted = 0; submitted < count; submitted += 1) {
    const key = String(eventLog.accepted.length);
    const training = { atMs: 0, kind: 'actor', subjectId: `a${key}`, steps: STEPS, priority: 10 } as const;
    await submitTraining(cluster, eventLog, { key, training, images });
  }
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'trainyard-soak-'));
  cluster = await openChaosCluster({
    dir,
    timeFactor: TIME_FACTOR,
    maxConcurrency: MAX_CONCURRENCY,
    longestRunMs: 20 * MINUTE_MS,
    mains: {},
  });
  eventLog = createEventLog(MAX_CONCURRENCY);
  images = await uploadImages(cluster);
  await submitTrainings(TRAININGS);
});
afterEach(async () => {
  await cluster.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
});

async function loadTrainings(): Promise<readonly Training[]> {
  return Promise.all(
    eventLog.accepted.map(async ({ trainingId }) => (await cluster.deps.store.load(trainingId))!),
  );
}
async function countStatus(status: TrainingStatus): Promise<number> {
  return (await loadTrainings()).filter((training) => training.status === status).length;
}
function countEnded(): number {
  return cluster.provider.events().filter(({ event }) => event === 'ended').length;
}
function waitForCount(getCount: () => number | Promise<number>, count: number): Promise<void> {
  return expect.poll(getCount, { timeout: 60_000, interval: 20 }).toBe(count);
}

/** Everything as it is when it has come to rest; throws when it does not. */
async function settleAndCollect(): Promise<Evidence> {
  expect(await waitUntilSettled(cluster, eventLog)).toBe(true);
  return collectEvidence(cluster, eventLog, { settled: true, recoveredAt: Date.now() });
}
function countRuns(evidence: Evidence): readonly number[] {
  return eventLog.accepted.map(
    ({ trainingId }) => listRuns(evidence).filter((run) => run.trainingId === trainingId).length,
  );
}

describe('a night', () => {
  it('with the whole system down for 45 minutes while runs finish costs nothing: all are recovered from the store, none is paid twice', async () => {
    await waitForCount(() => countStatus('running'), MAX_CONCURRENCY);
    await Promise.all(cluster.processes.map((each) => each.kill()));
    await cluster.wait(45 * MINUTE_MS);
    expect(countEnded()).toBe(MAX_CONCURRENCY);
    for (const each of cluster.processes) each.restart();

    const evidence = await settleAndCollect();
    expect(await countStatus('completed')).toBe(TRAININGS);
    const fromStore = eventLog.accepted.filter(({ trainingId }) =>
      listEvents(evidence, trainingId).some(({ type }) => type === 'output_found'),
    );
    expect(fromStore).toHaveLength(MAX_CONCURRENCY);
    expect(countRuns(evidence)).toEqual(eventLog.accepted.map(() => 1));
    expect(checkEvidence(evidence)).toEqual([]);
  });

  it('without a valid key fails nothing and closes the gate once; all train after the key is back', async () => {
    await waitForCount(() => countStatus('running'), MAX_CONCURRENCY);
    // On a busy machine those that were asked for first may have run already, one after another.
    await submitTrainings(MAX_CONCURRENCY);
    const [waiting, endedBefore] = [await countStatus('queued'), countEnded()];
    await cluster.simulator.injectFaults({ kind: 'answer', http_status: 401, times: null });
    await waitForCount(countEnded, endedBefore + MAX_CONCURRENCY);
    await expect.poll(async () => (await cluster.deps.store.getControl()).gate?.reason).toMatch(/401/);
    await cluster.wait(60 * MINUTE_MS);
    expect(waiting).toBeGreaterThanOrEqual(MAX_CONCURRENCY);
    expect(await countStatus('queued')).toBe(waiting);
    expect(await countStatus('failed')).toBe(0);
    await cluster.simulator.clearFaults();

    const evidence = await settleAndCollect();
    expect(await countStatus('completed')).toBe(eventLog.accepted.length);
    expect(countRuns(evidence)).toEqual(eventLog.accepted.map(() => 1));
    expect(checkEvidence(evidence)).toEqual([]);
    const logs = await Promise.all(
      cluster.processes.map(({ name }) => readFile(`${dir}/${name}.log`, 'utf8')),
    );
    expect(logs.join('').match(/"event":"gate_closed"/g)).toHaveLength(1);
  });
});

import type { Failure, Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createMemorySystem, type MemorySystem } from '../../test/memory-system.ts';
import type { SubmitResult } from '../index.ts';
import { finishProbeRun, recheckGate } from './gate.ts';

const MINUTE_MS = 60_000;
const NO_CREDIT: SubmitResult = { kind: 'refused', scope: 'account', httpStatus: 402, message: 'no credit' };
const BAD_KEY: SubmitResult = { kind: 'refused', scope: 'account', httpStatus: 401, message: 'bad key' };
const CRASH: Failure = { class: 'provider', code: 'worker_crash', message: 'worker exited with exit code 1' };

async function getGate(system: MemorySystem) {
  return (await system.deps.store.getControl()).gate;
}

const NEWER = { reason: 'no credit', since: 2, reopensWhen: 'probe_run' } as const;
async function replaceGate({ deps: { store } }: MemorySystem) {
  await store.setControl({ gate: null });
  await store.setControl({ gate: NEWER });
}

describe('the gate', () => {
  it('closes after three runs in a row with the same endpoint fault, and opens by a probe run', async () => {
    const system = await createMemorySystem();
    system.provider.plans.push({ failure: CRASH }, { failure: CRASH }, { failure: CRASH });
    await system.deps.store.setControl({ maxConcurrency: 1 });
    const first = await system.accept({ maxAttempts: 2 });
    const second = await system.accept({ maxAttempts: 2 });
    await system.waitForStatus(first, 'failed');
    expect(await system.waitFor(() => getGate(system))).toMatchObject({
      reopensWhen: 'probe_run',
      reason: expect.stringContaining('3 runs'),
    });
    expect(await system.waitForStatus(second, 'completed')).toMatchObject({ attemptsStarted: 2 });
    expect(await getGate(system)).toBeUndefined();
  });

  it('admits one training for the probe run, and stays closed after the probe run failed', async () => {
    const system = await createMemorySystem();
    await system.deps.store.setControl({ gate: { reason: 'no credit', since: 0, reopensWhen: 'probe_run' } });
    system.provider.submitResults.push({ result: NO_CREDIT });
    const trainings = [await system.accept(), await system.accept(), await system.accept()];
    await recheckGate(system.deps);
    await system.waitFor(async () => (await getGate(system))?.probeFailedAt);
    const loaded = await Promise.all(trainings.map(system.load));
    expect(loaded.map(({ attemptsStarted }) => attemptsStarted).toSorted()).toEqual([0, 0, 1]);
    for (const training of trainings) await system.waitForStatus(training, 'completed');
  });

  it('closes without credit and stays closed while the endpoint only answers', async () => {
    const system = await createMemorySystem();
    system.provider.submitResults.push({ result: NO_CREDIT });
    const training = await system.accept();
    expect(await system.waitFor(() => getGate(system))).toMatchObject({ reopensWhen: 'probe_run' });
    await system.run(20 * MINUTE_MS);
    expect(await getGate(system)).toBeDefined();
    expect(await system.load(training)).toMatchObject({ status: 'queued' });
  });

  it('closes for a bad API key without failing a training, and opens once the key is valid', async () => {
    const system = await createMemorySystem();
    system.provider.submitResults.push({ result: BAD_KEY }, { result: BAD_KEY });
    const trainings = [await system.accept(), await system.accept()];
    expect(await system.waitFor(() => getGate(system))).toMatchObject({ reopensWhen: 'health_answer' });
    for (const training of trainings) await system.waitForStatus(training, 'completed');
    expect(await getGate(system)).toBeUndefined();
  });

  it('closes when a run exceeds its queue budget, names the cause, and the run is stopped', async () => {
    const system = await createMemorySystem({ settings: { queueBudgetMs: 2 * MINUTE_MS } });
    system.provider.plans.push({ stuckInQueue: true });
    system.provider.workers = { throttled: 1 };
    const training = await system.accept();
    expect(await system.waitFor(() => getGate(system))).toMatchObject({
      reopensWhen: 'worker',
      reason: expect.stringContaining('throttled'),
    });
    system.provider.workers = { idle: 1 };
    expect(await system.waitForStatus(training, 'completed')).toMatchObject({ attemptsStarted: 2 });
    expect(system.provider.runs.map(({ outcome }) => outcome?.status)).toEqual(['cancelled', 'completed']);
  });

  it('stays closed when it closed again while the health check of an earlier gate was under way', async () => {
    const system = await createMemorySystem();
    const { store } = system.deps;
    await store.setControl({ gate: { reason: 'bad key', since: 1, reopensWhen: 'health_answer' } });
    const { health } = system.deps.provider;
    const slowHealth = async (endpointId: string) => {
      const answer = await health(endpointId);
      await replaceGate(system);
      return answer;
    };
    await recheckGate({ ...system.deps, provider: { ...system.deps.provider, health: slowHealth } });
    expect(await getGate(system)).toEqual(NEWER);
  });

  it('stays closed when it closed again while the probe run of an earlier gate was evaluated', async () => {
    const system = await createMemorySystem();
    const { store } = system.deps;
    system.provider.plans.push({ stuckInQueue: true });
    await store.setControl({ gate: { reason: 'no credit', since: 1, reopensWhen: 'probe_run' } });
    await system.accept();
    await store.setControl({ probeRun: { since: 1 } });
    await system.waitFor(async () => (await getGate(system))?.probeRun?.trainingId);
    const load = async (id: string) => {
      await replaceGate(system);
      return { ...(await store.load(id)), status: 'running' } as Training;
    };
    await finishProbeRun({ ...system.deps, store: { ...store, load } });
    expect(await getGate(system)).toEqual(NEWER);
  });
});

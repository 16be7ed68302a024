import type { Failure, Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createMemorySystem, type MemorySystem } from '../../test/memory-system.ts';
import { StoreUnavailableError } from '../errors.ts';
import type { SubmitResult } from '../index.ts';
import { advance } from '../lifecycle/advance.ts';

const MINUTE_MS = 60_000;
const REFUSED: SubmitResult = { kind: 'refused', scope: 'request', httpStatus: 400, message: 'bad input' };

function fail(cls: Failure['class'], code = 'x'): { failure: Failure } {
  return { failure: { class: cls, code, message: `failed with ${cls}` } };
}

async function getGate({ deps }: MemorySystem) {
  return (await deps.store.getControl()).gate;
}

async function getFailedRuns({ deps }: MemorySystem): Promise<number> {
  return (await deps.store.getControl()).failedRuns ?? 0;
}

/** A system that runs one training at a time; each has a single attempt. */
async function createSerialSystem(settings = {}): Promise<MemorySystem> {
  const system = await createMemorySystem({ settings: { maxAttempts: 1, ...settings } });
  await system.deps.store.setControl({ maxConcurrency: 1 });
  return system;
}

async function acceptMany(system: MemorySystem, count: number, command = {}): Promise<readonly Training[]> {
  const trainings: Training[] = [];
  for (let n = 0; n < count; n += 1) trainings.push(await system.accept(command));
  return trainings;
}

describe('paid runs that fail in a row', () => {
  const PLANS = [
    fail('unknown'),
    fail('data'),
    { upload: 'none', reportsOutput: false },
    fail('out_of_memory'),
    fail('unknown'),
  ] as const;

  it('close the gate at the fifth whatever their classes, and a verified model of a probe run opens it', async () => {
    const system = await createSerialSystem();
    system.provider.plans.push(...PLANS, fail('data'));
    const trainings = await acceptMany(system, 7);
    await system.waitFor(() => getGate(system));
    const states = await Promise.all(trainings.map(system.load));
    expect(states.map(({ status }) => status)).toEqual([...Array(5).fill('failed'), 'queued', 'queued']);
    expect(await getGate(system)).toMatchObject({
      reopensWhen: 'verified_model',
      reason: '5 paid runs in a row failed, the last with class unknown: failed with unknown',
    });
    const probe = await system.waitForStatus(trainings[5]!, 'failed');
    expect([await getFailedRuns(system), (await system.load(trainings[6]!)).status]).toEqual([6, 'queued']);
    const last = await system.waitForStatus(trainings[6]!, 'completed');
    expect(last.changedAt - probe.changedAt).toBeGreaterThanOrEqual(30 * MINUTE_MS);
    await system.waitFor(async () => !(await getGate(system)));
    expect(await getFailedRuns(system)).toBe(0);
  });

  it('count from 0 again after a verified model', async () => {
    const system = await createSerialSystem();
    system.provider.plans.push(...PLANS.slice(0, 4), {}, ...PLANS.slice(0, 4));
    for (const training of await acceptMany(system, 9))
      await system.waitFor(() => hasEnded(system, training));
    expect([await getGate(system), await getFailedRuns(system)]).toEqual([undefined, 4]);
  });

  it('do not close the gate when GATE_FAILED_RUNS is 0', async () => {
    const system = await createSerialSystem({ gateFailedRuns: 0 });
    system.provider.plans.push(...PLANS, ...PLANS);
    for (const training of await acceptMany(system, 10)) await system.waitForStatus(training, 'failed');
    expect(await getGate(system)).toBeUndefined();
  });

  it('count each attempt of a retried training once', async () => {
    const system = await createSerialSystem({ maxAttempts: 2, gateFailedRuns: 100 });
    system.provider.plans.push(fail('provider'), fail('data'));
    await system.waitForStatus(await system.accept({ maxAttempts: 2 }), 'failed');
    expect(await getFailedRuns(system)).toBe(2);
  });

  it('do not include cancelled trainings and faults before submission', async () => {
    const system = await createSerialSystem({ gateFailedRuns: 2 });
    system.provider.plans.push(fail('data'), { hangs: true });
    await system.waitForStatus(await system.accept(), 'failed');
    const cancelled = await system.accept();
    await system.waitForStatus(cancelled, 'running');
    const request = { type: 'cancel_requested', at: 1, cause: 'api', by: 'api' } as const;
    await advance(system.deps, cancelled.id, request);
    await system.waitForStatus(cancelled, 'cancelled');
    await system.waitForStatus(await system.accept({ images: ['s3://local/none.png'] }), 'failed');
    expect([await getGate(system), await getFailedRuns(system)]).toEqual([undefined, 1]);
  });

  async function hasEnded(system: MemorySystem, training: Training) {
    const now = await system.load(training);
    return 'endedAt' in now && now;
  }
});

describe('submissions that are refused in a row', () => {
  it('close the gate at the third, which returns to the queue, and open it with the next accepted one', async () => {
    const system = await createSerialSystem();
    system.provider.submitResults.push(...Array(5).fill({ result: REFUSED }));
    const trainings = await acceptMany(system, 4);
    await system.waitFor(() => getGate(system));
    const states = await Promise.all(trainings.map(system.load));
    expect(states.map(({ status }) => status)).toEqual(['failed', 'failed', 'queued', 'queued']);
    expect(states[0]).toMatchObject({ failure: { class: 'configuration', code: 'refused_400' } });
    expect(await getGate(system)).toMatchObject({
      reopensWhen: 'submission_accepted',
      reason: '3 submissions in a row were refused: bad input',
    });
    for (const training of trainings.slice(2))
      expect(await system.waitForStatus(training, 'completed')).toMatchObject({ attemptsSpent: 1 });
    expect(await getGate(system)).toBeUndefined();
    expect(system.provider.submitResults).toEqual([]);
  });

  it('close the gate although Redis fails while it closes', async () => {
    const system = await createSerialSystem();
    const { setControl } = system.deps.store;
    let failures = 1;
    Object.assign(system.deps.store, {
      setControl: async (change: Parameters<typeof setControl>[0]) => {
        if (change.gate && failures > 0) {
          failures -= 1;
          throw new StoreUnavailableError(new Error('Command timed out'));
        }
        return setControl(change);
      },
    });
    system.provider.submitResults.push(...Array(3).fill({ result: REFUSED }));
    const trainings = await acceptMany(system, 3);
    expect(await system.waitFor(() => getGate(system))).toMatchObject({ reopensWhen: 'submission_accepted' });
    expect([failures, (await system.load(trainings[2]!)).status]).toEqual([0, 'queued']);
    await system.waitForStatus(trainings[2]!, 'completed');
  });

  it('do not close the gate when an accepted submission is between them', async () => {
    const system = await createSerialSystem();
    system.provider.submitResults.push({ result: REFUSED }, { result: REFUSED });
    const [first, second] = await acceptMany(system, 2);
    await system.waitForStatus(first!, 'failed');
    await system.waitForStatus(second!, 'failed');
    await system.waitForStatus(await system.accept(), 'completed');
    system.provider.submitResults.push({ result: REFUSED }, { result: REFUSED });
    for (const training of await acceptMany(system, 2)) await system.waitForStatus(training, 'failed');
    expect(await getGate(system)).toBeUndefined();
  });

  it('are followed by a further trial when the answer to a trial is unclear', async () => {
    const system = await createMemorySystem({ settings: { exclusiveEndpoint: false } });
    const since = system.deps.clock.now();
    await system.deps.store.setControl({
      gate: { reason: 'refused', since, reopensWhen: 'submission_accepted' },
    });
    system.provider.submitResults.push({ result: { kind: 'unclear', message: 'connection reset' } });
    const [unclear, next] = await acceptMany(system, 2);
    await system.waitForStatus(next!, 'completed');
    expect((await system.load(unclear!)).status).toBe('unconfirmed');
    expect(await getGate(system)).toBeUndefined();
  });
});

describe('trainings that end before submission in a row', () => {
  const MISSING = { images: ['s3://local/missing.png'] };

  it('close the gate at the third subject with a missing object, and open it once a training is prepared', async () => {
    const system = await createSerialSystem();
    const trainings = await acceptMany(system, 4, MISSING);
    await system.waitFor(() => getGate(system));
    await system.run(10 * MINUTE_MS);
    const states = await Promise.all(trainings.map(system.load));
    expect(states.map(({ status }) => status)).toEqual(['failed', 'failed', 'queued', 'queued']);
    expect(states[0]).toMatchObject({ failure: { class: 'data', code: 'object_missing' } });
    expect(await getGate(system)).toMatchObject({ reopensWhen: 'training_prepared' });
    expect(system.provider.runs).toEqual([]);
    await system.deps.objects.put('missing.png', new Uint8Array(4_000));
    for (const training of trainings.slice(2)) await system.waitForStatus(training, 'completed');
    expect(await getGate(system)).toBeUndefined();
  });

  it('do not close the gate for one subject', async () => {
    const system = await createSerialSystem();
    const subject = { kind: 'actor', id: 'one' } as const;
    const trainings = await acceptMany(system, 4, { ...MISSING, subject, force: true });
    for (const training of trainings) await system.waitForStatus(training, 'failed');
    expect(await getGate(system)).toBeUndefined();
  });

  it('close the gate when the template of all of them changed', async () => {
    const system = await createSerialSystem();
    const trainings = await acceptMany(system, 3);
    const { templateHash } = system.deps.workflows;
    Object.assign(system.deps.workflows, { templateHash: () => 'other-hash' });
    expect(await system.waitFor(() => getGate(system))).toMatchObject({ reopensWhen: 'training_prepared' });
    expect(await system.load(trainings[0]!)).toMatchObject({ failure: { code: 'template_changed' } });
    Object.assign(system.deps.workflows, { templateHash });
    await system.waitForStatus(trainings[2]!, 'completed');
    expect(await getGate(system)).toBeUndefined();
  });

  it('do not close the gate for other faults of the data', async () => {
    const system = await createSerialSystem();
    await system.deps.objects.put('empty.png', new Uint8Array(0));
    const trainings = await acceptMany(system, 4, { images: ['s3://local/empty.png'] });
    for (const training of trainings) await system.waitForStatus(training, 'failed');
    expect(await getGate(system)).toBeUndefined();
  });
});

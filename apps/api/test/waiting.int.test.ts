import { rename } from 'node:fs/promises';
import { advance, recordReading } from '@trainyard/application';
import { slotsSchema, waitingSchema } from '@trainyard/contracts';
import type { TrainingEvent } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

const BODY = { kind: 'actor', subject_id: '0019', force: true } as const;
const LATER_MS = 600_000;

async function openQueue(bodies: readonly object[] = [{}]) {
  const system = await openTestSystem({ env: { GPU_TYPE: 'A100' } });
  const ids: string[] = [];
  for (const body of bodies)
    ids.push((await system.call('POST', '/api/trainings', { ...BODY, ...body })).json().id);
  return { ...system, ids: ids as [string, ...string[]] };
}

/** Reads why a training waits, and checks that the detail, the list and the head of the queue agree. */
async function readWaiting({ call }: Pick<TestSystem, 'call'>, id: string) {
  const { waiting } = (await call('GET', `/api/trainings/${id}`)).json();
  const { trainings } = (await call('GET', '/api/trainings')).json();
  expect(trainings.find((each: { id: string }) => each.id === id).waiting).toEqual(waiting);
  const slots = slotsSchema.parse((await call('GET', '/api/slots')).json());
  const next = slots.next.find(({ training_id }) => training_id === id);
  if (next) expect(next.waiting).toEqual(waiting);
  return waitingSchema.parse(waiting);
}

const attempt = {
  number: 1,
  endpointId: 'ep1',
  startedAt: 1,
  executionTimeoutMs: 1,
  ttlMs: 1,
  attemptDeadline: 2,
  versionName: 'V1',
  modelName: 'm',
  outputKey: 'k',
  lockToken: 't',
  nonce: 'n',
};

/** Applies events, as dispatcher and reconciler do. */
async function apply(
  { deps }: Pick<TestSystem, 'deps'>,
  id: string,
  events: readonly TrainingEvent[],
): Promise<void> {
  for (const event of events) await advance(deps, id, event);
}

describe('the reason why a training waits', () => {
  it('is its place in the queue while dispatch is open', async () => {
    const system = await openQueue([{}, {}, {}]);
    expect(await readWaiting(system, system.ids[0])).toEqual({
      ...{ code: 'slot', position: 1, until: null },
      text: 'next in the queue',
    });
    expect(await readWaiting(system, system.ids[2]!)).toMatchObject({
      position: 3,
      text: '3rd in the queue',
    });
  });

  it('is the pause with its reason, and before it the data loss that an operator must recover', async () => {
    const system = await openQueue();
    await system.call('PUT', '/api/dispatch', { paused: true, reason: 'holiday' });
    expect(await readWaiting(system, system.ids[0])).toEqual({
      ...{ code: 'paused', position: 1, until: null },
      text: 'paused: holiday',
    });
    await recordReading(system.deps, 'recover_required', { command: 'trainyard recover' });
    expect(await readWaiting(system, system.ids[0])).toMatchObject({
      ...{ code: 'recover_required', position: 1, until: null },
      text: expect.stringContaining('trainyard recover'),
    });
  });

  it('is the closed gate in the words of its cause', async () => {
    const system = await openQueue();
    const gate = { reason: 'RunPod refuses the key (401)', since: system.deps.clock.now() };
    await system.deps.store.setControl({ gate: { ...gate, reopensWhen: 'health_answer' } });
    expect(await readWaiting(system, system.ids[0])).toEqual({
      ...{ code: 'gate', position: 1, until: null },
      text: gate.reason,
    });
  });

  it('is the budget of the day until the day ends', async () => {
    const system = await openQueue();
    await system.call('PUT', '/api/budgets', { day_usd: 0.5 });
    const running = (await system.call('POST', '/api/trainings', BODY)).json();
    expect(running.waiting).toMatchObject({
      ...{ code: 'budget', position: 2, until: expect.stringMatching(/T00:00:00/) },
      text: expect.stringContaining('$0.50'),
    });
  });

  it('is the budget that holds the training, without a place in the queue', async () => {
    const system = await openQueue([{ budget_usd: 0.01 }]);
    expect(await readWaiting(system, system.ids[0])).toMatchObject({
      ...{ code: 'hold', position: null, until: null },
      text: expect.stringContaining('budget'),
    });
  });

  it('is the fault of the object store in its own words', async () => {
    const system = await openQueue();
    await rename(system.storeDir, `${system.storeDir}-moved`);
    await system.call('GET', '/readyz');
    expect(await readWaiting(system, system.ids[0])).toMatchObject({
      ...{ code: 'object_store', position: 1, until: null },
      text: expect.stringContaining('folder of the object store'),
    });
    await rename(`${system.storeDir}-moved`, system.storeDir);
  });

  it('is the backoff after a request that RunPod did not take, until it ends', async () => {
    const system = await openQueue();
    const now = system.deps.clock.now();
    await apply(system, system.ids[0], [
      { type: 'submission_started', at: now, cause: 'dispatcher', attempt },
      {
        ...{ type: 'submission_not_sent', at: now, cause: 'dispatcher', attempt: 1 },
        ...{ reason: 'RunPod is busy (429)', notBefore: now + LATER_MS },
      },
    ]);
    expect(await readWaiting(system, system.ids[0])).toEqual({
      ...{ code: 'backoff', position: null, until: new Date(now + LATER_MS).toISOString() },
      text: 'RunPod is busy (429)',
    });
  });

  it('is the retry of a lost run until its delay ends', async () => {
    const system = await openQueue();
    const now = system.deps.clock.now();
    const failure = { class: 'provider', code: 'worker_crash', message: 'the worker was lost' } as const;
    await apply(system, system.ids[0], [
      { type: 'submission_started', at: now, cause: 'dispatcher', attempt },
      { type: 'submission_accepted', at: now, cause: 'dispatcher', attempt: 1, runId: 'run-1' },
      {
        ...{ type: 'run_ended', at: now, cause: 'poll', attempt: 1, runId: 'run-1' },
        outcome: { status: 'failed', failure },
      },
    ]);
    const waiting = await readWaiting(system, system.ids[0]);
    expect(waiting).toMatchObject({ code: 'retry', position: null });
    expect(waiting.text).toContain('the worker was lost');
    expect(Date.parse(waiting.until!)).toBeGreaterThan(now);
    const { next } = (await system.call('GET', '/api/slots')).json();
    expect(next).toMatchObject([
      {
        ...{ training_id: system.ids[0], source: 'person', version_name: expect.any(String) },
        ...{ expected_usd: expect.any(Number), expected_seconds: expect.any(Number), steps: 1_500 },
      },
    ]);
  });
});

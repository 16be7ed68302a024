import { beforeEach, describe, expect, it } from 'vitest';
import { type DispatchYard, openDispatchYard } from '../../test/dispatch-yard.ts';
import { closeGate, tryGate } from './gate.ts';
import { settleTrial } from './probe-run.ts';

let yard: DispatchYard;
beforeEach(async () => {
  yard = await openDispatchYard();
  await closeGate(yard.deps, { reason: 'no credit', opensBy: 'trial' });
});

const gate = async () => (await yard.deps.store.control()).gate;
const deps = () => ({
  ...yard.deps,
  provider: {
    ...yard.deps.provider,
    health: async () => ({ kind: 'health', health: { jobs: {}, workers: {} } }) as never,
  },
});
/** As the script does that takes the slot. */
const pass = async () => {
  await yard.deps.store.setControl({ trial: { since: 0, trainingId: 't1', attempt: 1 } as never });
};
const became = (status: string, more: object = {}) =>
  yard.change({ status, attempt: { number: 1 }, ...more } as never);

describe('a gate that opens by a trial', () => {
  it('is offered to one training after half an hour, and stays closed for all others', async () => {
    await tryGate(deps());
    expect((await gate())!.trial).toBeUndefined();
    yard.pass(30 * 60_000);
    await tryGate(deps());
    expect((await gate())!.trial).toMatchObject({ since: yard.deps.clock.now() });
  });

  it('waits while the run on trial has not begun', async () => {
    await pass();
    for (const status of ['submitting', 'unconfirmed', 'submitted', 'cancelling']) {
      became(status);
      await settleTrial(yard.deps);
      expect((await gate())!.trial).toMatchObject({ trainingId: 't1' });
    }
  });

  it.each([
    ['running', {}],
    ['finalizing', {}],
    ['completed', {}],
    ['timed_out', {}],
    ['failed', { failure: { class: 'data' } }],
    ['failed', { failure: { class: 'out_of_memory' } }],
  ])('opens when the run is taken by a worker: %s %j', async (status, more) => {
    await pass();
    became(status, more);
    await settleTrial(yard.deps);
    expect(await gate()).toBeUndefined();
  });

  it.each([
    ['failed', { failure: { class: 'provider' } }],
    ['failed', { failure: { class: 'configuration' } }],
    ['cancelled', {}],
    ['queued', {}],
    ['submitting', { attempt: { number: 2 } }],
  ])('closes anew when it came to nothing: %s %j', async (status, more) => {
    await pass();
    yard.pass(60_000);
    became(status, more);
    await settleTrial(yard.deps);
    expect(await gate()).toMatchObject({ reason: 'no credit', trialFailedAt: yard.deps.clock.now() });
    expect((await gate())!.trial).toBeUndefined();
    await tryGate(deps());
    expect((await gate())!.trial).toBeUndefined();
    yard.pass(30 * 60_000);
    await tryGate(deps());
    expect((await gate())!.trial).toEqual({ since: yard.deps.clock.now() });
  });
});

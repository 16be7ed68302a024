import { beforeEach, describe, expect, it } from 'vitest';
import { createDispatchHarness, type DispatchHarness } from '../../test/dispatch-harness.ts';
import { closeGate, recheckGate } from './gate.ts';
import { finishProbeRun } from './probe-run.ts';

let harness: DispatchHarness;
beforeEach(async () => {
  harness = await createDispatchHarness();
  await closeGate(harness.deps, { reason: 'no credit', reopensWhen: 'probe_run' });
});

async function gate() {
  return (await harness.deps.store.getControl()).gate;
}
function deps() {
  return {
    ...harness.deps,
    provider: {
      ...harness.deps.provider,
      health: async () => ({ kind: 'health', health: { jobs: {}, workers: {} } }) as never,
    },
  };
}
/** As the script does that takes the slot. */
async function finish() {
  await harness.deps.store.setControl({ probeRun: { since: 0, trainingId: 't1', attempt: 1 } as never });
}
function changeTraining(status: string, more: object = {}) {
  return harness.changeTraining({ status, attempt: { number: 1 }, ...more } as never);
}

describe('a gate that opens by a trial', () => {
  it('is offered to one training after half an hour, and stays closed for all others', async () => {
    await recheckGate(deps());
    expect((await gate())!.probeRun).toBeUndefined();
    harness.advanceMs(30 * 60_000);
    await recheckGate(deps());
    expect((await gate())!.probeRun).toMatchObject({ since: harness.deps.clock.now() });
  });

  it('waits while the run on trial has not begun', async () => {
    await finish();
    for (const status of ['submitting', 'unconfirmed', 'submitted', 'cancelling']) {
      changeTraining(status);
      await finishProbeRun(harness.deps);
      expect((await gate())!.probeRun).toMatchObject({ trainingId: 't1' });
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
    await finish();
    changeTraining(status, more);
    await finishProbeRun(harness.deps);
    expect(await gate()).toBeUndefined();
  });

  it.each([
    ['failed', { failure: { class: 'provider' } }],
    ['failed', { failure: { class: 'configuration' } }],
    ['cancelled', {}],
    ['queued', {}],
    ['submitting', { attempt: { number: 2 } }],
  ])('closes anew when it came to nothing: %s %j', async (status, more) => {
    await finish();
    harness.advanceMs(60_000);
    changeTraining(status, more);
    await finishProbeRun(harness.deps);
    expect(await gate()).toMatchObject({ reason: 'no credit', probeFailedAt: harness.deps.clock.now() });
    expect((await gate())!.probeRun).toBeUndefined();
    await recheckGate(deps());
    expect((await gate())!.probeRun).toBeUndefined();
    harness.advanceMs(30 * 60_000);
    await recheckGate(deps());
    expect((await gate())!.probeRun).toEqual({ since: harness.deps.clock.now() });
  });
});

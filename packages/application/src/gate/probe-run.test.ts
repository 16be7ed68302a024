import { beforeEach, describe, expect, it } from 'vitest';
import { createDispatchHarness, type DispatchHarness } from '../../test/dispatch-harness.ts';
import { closeGate, finishProbeRun, recheckGate } from './gate.ts';

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
/** Assigns the probe run, as the start script does. */
async function assignProbeRun() {
  await harness.deps.store.setControl({ probeRun: { since: 0, trainingId: 't1', attempt: 1 } as never });
}
function changeTraining(status: string, more: object = {}) {
  return harness.changeTraining({ status, attempt: { number: 1 }, ...more } as never);
}

describe('a gate that reopens by a probe run', () => {
  it('offers the probe run 30 min after it closed', async () => {
    await recheckGate(deps());
    expect((await gate())!.probeRun).toBeUndefined();
    harness.advanceMs(30 * 60_000);
    await recheckGate(deps());
    expect((await gate())!.probeRun).toMatchObject({ since: harness.deps.clock.now() });
  });

  it('stays closed while no worker runs the probe run', async () => {
    await assignProbeRun();
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
  ])('opens when a worker ran the probe run: %s %j', async (status, more) => {
    await assignProbeRun();
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
  ])('stays closed for 30 min more after a failed probe run: %s %j', async (status, more) => {
    await assignProbeRun();
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

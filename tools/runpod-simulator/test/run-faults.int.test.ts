import { describe, expect, it } from 'vitest';
import type { FaultRequest } from '../src/index.ts';
import {
  callApi,
  ENDPOINT,
  eventually,
  startReceiver,
  startSimulator,
  submitRun,
  waitForOutcome,
  waitUntilRunning,
} from './fixture.ts';

const LONG = { pace: { durationMs: 1_000_000 } };

describe('a run with a fault', () => {
  it.each<[string, FaultRequest, object]>([
    ['its worker crashes', { kind: 'worker_crash' }, { status: 'failed', failure: { class: 'provider' } }],
    [
      'its GPU is out of memory',
      { kind: 'out_of_memory' },
      { status: 'failed', failure: { class: 'out_of_memory' } },
    ],
    [
      'its container returns an error',
      { kind: 'error', message: 'avr_loss is nan' },
      { failure: { class: 'configuration' } },
    ],
    ['it has no output', { kind: 'no_output' }, { status: 'completed', output: {} }],
  ])('has the expected outcome when %s', async (_, fault, expected) => {
    const system = await startSimulator();
    system.simulator.faults.push(fault);
    expect(await waitForOutcome(system, await submitRun(system))).toMatchObject(expected);
    expect(await waitForOutcome(system, await submitRun(system, { id: 't2' }))).toMatchObject({
      status: 'completed',
    });
  });

  it('without output can have uploaded its LoRA file', async () => {
    const system = await startSimulator();
    system.simulator.faults.push({ kind: 'no_output' }, { kind: 'no_output', uploaded: false });
    await waitForOutcome(system, await submitRun(system, { id: 't1' }));
    await waitForOutcome(system, await submitRun(system, { id: 't2' }));
    expect(await system.store.head('loras/t1/1.safetensors')).toBeDefined();
    expect(await system.store.head('loras/t2/1.safetensors')).toBeUndefined();
  });

  it('can report a false address although its LoRA file is uploaded', async () => {
    const system = await startSimulator();
    system.simulator.faults.push({ kind: 'address_replaced', lora_url: 'data/settings.json' });
    expect(await waitForOutcome(system, await submitRun(system, { id: 't1' }))).toMatchObject({
      output: { loraUrl: 'data/settings.json' },
    });
    expect(await system.store.head('loras/t1/1.safetensors')).toBeDefined();
  });

  it('is requeued under its id after a crash', async () => {
    const system = await startSimulator();
    system.simulator.faults.push({ kind: 'worker_crash', requeue: true });
    const runId = await submitRun(system);
    expect(await waitForOutcome(system, runId)).toMatchObject({ status: 'completed' });
    expect(await system.provider.health(ENDPOINT)).toMatchObject({
      health: { jobs: { retried: 1, completed: 1 } },
    });
    const events = system.simulator.history.events().map(({ event }) => event);
    expect(events).toEqual(['accepted', 'started', 'fault', 'requeued', 'started', 'ended']);
    expect(system.simulator.history.maxLive()).toBe(1);
  });

  it('ignores its output_key once', async () => {
    const system = await startSimulator();
    system.simulator.faults.push({ kind: 'output_key_ignored', training_id: 't1' });
    await waitForOutcome(system, await submitRun(system));
    expect(await system.store.head('actor_0000_V1.safetensors')).toBeDefined();
  });

  it('stays live between the upload of its model and a late return', async () => {
    const system = await startSimulator();
    system.simulator.faults.push({ kind: 'return_late', for_ms: 600_000 });
    const runId = await submitRun(system);
    await eventually(async () => {
      expect(await system.store.head('loras/t1/1.safetensors')).toBeDefined();
    });
    expect(await system.provider.observe(ENDPOINT, runId)).toMatchObject({ kind: 'live' });
  });

  it('that hangs times out after its executionTimeout', async () => {
    const system = await startSimulator();
    system.simulator.faults.push({ kind: 'run_hang', at_fraction: 0 });
    const runId = await submitRun(system, { executionTimeoutMs: 600_000 });
    expect(await waitForOutcome(system, runId)).toMatchObject({ status: 'timed_out' });
  });

  it('appears unfinished when its last progress arrives after its result', async () => {
    const system = await startSimulator();
    const { url, received } = await startReceiver();
    system.simulator.faults.push({ kind: 'progress_after_result' });
    const runId = await submitRun(system, { webhookUrl: url });
    await eventually(() => expect(received[0]?.body).toMatchObject({ status: 'COMPLETED' }));
    expect(await system.provider.observe(ENDPOINT, runId)).toMatchObject({
      kind: 'live',
      progress: { step: 1 },
    });
    await eventually(async () => {
      expect(await system.provider.observe(ENDPOINT, runId)).toEqual({ kind: 'missing' });
    });
  });

  it('stays queued while the workers are throttled in /health', async () => {
    const system = await startSimulator({ coldStartMs: 0 });
    system.simulator.faults.push({ kind: 'stuck_in_queue', training_id: 't1' });
    const stuck = await submitRun(system, { id: 't1' });
    await waitForOutcome(system, await submitRun(system, { id: 't2' }));
    expect(await system.provider.observe(ENDPOINT, stuck)).toMatchObject({ phase: 'in_queue' });
    const health = await system.provider.health(ENDPOINT);
    expect(health).toMatchObject({ health: { jobs: { inQueue: 1 } } });
    expect(health.kind === 'health' && health.health.workers.throttled).toBeGreaterThan(0);
    await system.provider.cancel(ENDPOINT, stuck);
    expect(await system.provider.observe(ENDPOINT, stuck)).toMatchObject({
      outcome: { status: 'cancelled' },
    });
  });
});

describe('a cancel with a fault', () => {
  it('is acknowledged while the run continues', async () => {
    const system = await startSimulator({ pace: { durationMs: 3_600_000_000 } });
    system.simulator.faults.push({ kind: 'cancel_delayed', for_ms: 500_000 });
    const runId = await submitRun(system);
    await waitUntilRunning(system, runId);
    expect(await system.provider.cancel(ENDPOINT, runId)).toEqual({ kind: 'acknowledged' });
    expect(await system.provider.observe(ENDPOINT, runId)).toMatchObject({
      kind: 'live',
      phase: 'in_progress',
    });
    expect(await waitForOutcome(system, runId)).toMatchObject({ status: 'cancelled' });
  });

  it('loses against a run that completes first', async () => {
    const system = await startSimulator(LONG);
    system.simulator.faults.push({ kind: 'cancel_delayed', for_ms: 3_600_000_000 });
    const runId = await submitRun(system);
    await waitUntilRunning(system, runId);
    await system.provider.cancel(ENDPOINT, runId);
    expect(await waitForOutcome(system, runId)).toMatchObject({ status: 'completed' });
  });

  it('does not stop the worker, so that the next run waits', async () => {
    const system = await startSimulator({ workers: 1, coldStartMs: 0, pace: { durationMs: 3_600_000_000 } });
    system.simulator.faults.push({ kind: 'cancel_ignored_by_worker', for_ms: 500_000 });
    const runId = await submitRun(system);
    await waitUntilRunning(system, runId);
    await system.provider.cancel(ENDPOINT, runId);
    expect(await system.provider.observe(ENDPOINT, runId)).toMatchObject({
      outcome: { status: 'cancelled' },
    });
    const next = await submitRun(system, { id: 't2' });
    expect(await system.provider.observe(ENDPOINT, next)).toMatchObject({ phase: 'in_queue' });
    await waitUntilRunning(system, next);
  });
});

describe('a webhook with a fault', () => {
  async function delivered(faults: readonly FaultRequest[], ids: readonly string[]) {
    const system = await startSimulator({ workers: 1, coldStartMs: 0, pace: { durationMs: 20_000 } });
    const { url, received } = await startReceiver();
    system.simulator.faults.push(...faults);
    for (const id of ids) await waitForOutcome(system, await submitRun(system, { id, webhookUrl: url }));
    const of = () =>
      received.map(
        ({ body }) =>
          (body['input'] as { training_config: { training_id: string } }).training_config.training_id,
      );
    return { of, system };
  }

  it('is lost although its run completed', async () => {
    const { of, system } = await delivered([{ kind: 'webhook_lost' }], ['t1', 't2']);
    await eventually(() => expect(of()).toEqual(['t2']));
    const { json } = await callApi(system.baseUrl, 'GET', `${ENDPOINT}/health`);
    expect(json['jobs']).toMatchObject({ completed: 2 });
  });

  it('is sent several times', async () => {
    const { of } = await delivered([{ kind: 'webhook_duplicate', copies: 3 }], ['t1']);
    await eventually(() => expect(of()).toEqual(['t1', 't1', 't1']));
  });

  it('is sent late', async () => {
    const { of } = await delivered([{ kind: 'webhook_late', delay_ms: 400_000 }], ['t1']);
    expect(of()).toEqual([]);
    await eventually(() => expect(of()).toEqual(['t1']));
  });

  it('is sent after the webhook of a later run', async () => {
    const { of } = await delivered(
      [{ kind: 'webhook_reordered', training_id: 't1', delay_ms: 3_600_000_000 }],
      ['t1', 't2'],
    );
    await eventually(() => expect(of()).toEqual(['t2', 't1']));
  });
});

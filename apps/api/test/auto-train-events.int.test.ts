import { advanceBatches, cancelTraining } from '@trainyard/application';
import { eventLines } from '@trainyard/client/report';
import { type AutoTrainEvent, autoTrainEventsSchema } from '@trainyard/contracts';
import { describe, expect, it } from 'vitest';
import { openFullSystem, openTestSystem, type TestSystem } from './test-system.ts';

async function readEvents({ call }: TestSystem, id: string): Promise<readonly AutoTrainEvent[]> {
  const { run_id, events } = autoTrainEventsSchema.parse(
    (await call('GET', `/api/auto-train/runs/${id}/events`)).json(),
  );
  expect(run_id).toBe(id);
  return events;
}

describe('the events of an auto-train run', () => {
  it('hold the selection with parameters and reasons, the changes of each training, a cancellation and the end', async () => {
    const system = await openTestSystem();
    const { call, deps } = system;
    const run = (await call('POST', '/api/auto-train/runs', { limit: 1 })).json();
    const [created, queued, ...none] = await readEvents(system, run.id);
    expect(none).toEqual([]);
    expect(created).toMatchObject({
      type: 'run_created',
      tick_at: null,
      considered: run.considered,
      eligible_count: 2,
      enqueued: [{ actor_id: '0019', planned: { hyperparameters: { max_train_steps: expect.any(Number) } } }],
      skipped: run.skipped,
    });
    expect(queued).toMatchObject({
      ...{ type: 'status_changed', status: 'queued', actor_id: '0019', minutes_since_accepted: 0 },
      training_id: run.enqueued[0].training.id,
    });
    await call('POST', `/api/auto-train/runs/${run.id}/cancel`, { by: 'ana', keep_running: true });
    await advanceBatches(deps);
    const types = (await readEvents(system, run.id)).map(({ type }) => type);
    expect(types[0]).toBe('run_created');
    expect(types.slice(1, -1).toSorted()).toEqual(['cancel_requested', 'status_changed', 'status_changed']);
    expect((await readEvents(system, run.id)).at(-1)).toMatchObject({
      type: 'run_ended',
      summary: { processed: 1, cancelled: 1 },
    });
  });

  it('end a run without trainings at its creation, and an unknown run is 404', async () => {
    const system = await openTestSystem();
    const run = (await system.call('POST', '/api/auto-train/runs', { actor_ids: ['0050'] })).json();
    const [created, ended] = await readEvents(system, run.id);
    expect([created, ended]).toMatchObject([
      { type: 'run_created', enqueued: [], skipped: [{ reasons: [{ code: 'data_not_reviewed' }] }] },
      { type: 'run_ended', at: created?.at, summary: { processed: 0 } },
    ]);
    const unknown = await system.call('GET', '/api/auto-train/runs/none/events');
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'batch_not_found']);
  });

  it('give acceptance and end of a training whose events are pruned', async () => {
    const system = await openTestSystem();
    const { call, deps } = system;
    const run = (await call('POST', '/api/auto-train/runs', { limit: 1 })).json();
    await cancelTraining(deps, run.enqueued[0].training.id, 'an operator');
    deps.store.listEvents = async () => [];
    const changes = (await readEvents(system, run.id)).filter(({ type }) => type === 'status_changed');
    expect(changes).toMatchObject([{ status: 'queued' }, { status: 'cancelled' }]);
  });

  it('give the report of the legacy script up to the summary, with the model of each training', async () => {
    const system = await openFullSystem();
    const run = (await system.call('POST', '/api/auto-train/runs', { limit: 1 })).json();
    const { name } = run.enqueued[0];
    await expect
      .poll(async () => (await readEvents(system, run.id)).at(-1)?.type, { timeout: 30_000 })
      .toBe('run_ended');
    const events = await readEvents(system, run.id);
    const texts = eventLines(events, system.deps.clock.now()).map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining([
        '[Auto Train] Found 2 eligible actor(s)',
        `[Auto Train] Starting training for: ${name}`,
        '[Auto Train] Monitoring 1 training(s)...',
        `[Auto Train] [0m] Status: IN_QUEUE (${name})`,
        expect.stringMatching(/^\[Auto Train\] \[\d+m\] Status: COMPLETED /),
        expect.stringMatching(/^\[Auto Train\] Model URL: \S+\.safetensors$/),
        'Successful: 1',
      ]),
    );
    expect(texts.filter((text) => text.includes('Status: IN_QUEUE'))).toHaveLength(1);
  });
});

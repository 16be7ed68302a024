import { describe, expect, it } from 'vitest';
import { KEYS, openTestSystem, type TestSystem, toWebhookPath } from './test-system.ts';

const BODY = { kind: 'actor', subject_id: '0001', trigger: 'ohwx', images: ['s3://local/images/a.png'] };

/** Reads all metrics by name and labels. */
async function readMetrics(system: TestSystem): Promise<ReadonlyMap<string, number>> {
  const answer = await system.call('GET', '/metrics');
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([
    200,
    expect.stringMatching(/^text\/plain; version=0\.0\.4/),
  ]);
  const lines = answer.body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

async function expectMetrics(system: TestSystem, expected: Readonly<Record<string, number>>): Promise<void> {
  return expect(Object.fromEntries(await readMetrics(system))).toMatchObject(expected);
}

describe('the metrics', () => {
  it('report counts of the state store and of this process', async () => {
    const system = await openTestSystem();
    await system.call('PUT', '/api/dispatch', { paused: true, max_concurrency: 3 });
    const first = await system.call('POST', '/api/trainings', BODY);
    await system.call('POST', '/api/trainings', { ...BODY, subject_id: '0002' });
    await system.call('POST', `/api/trainings/${first.json().id}/cancel`);
    await expectMetrics(system, {
      'trainyard_trainings{state="queued"}': 1,
      'trainyard_trainings{state="cancelled"}': 1,
      'trainyard_trainings{state="running"}': 0,
      trainyard_slots_used: 0,
      trainyard_concurrency_limit: 3,
      trainyard_paused: 1,
      'trainyard_gate_closed{reason=""}': 0,
      trainyard_trainings_needing_attention: 0,
      trainyard_recover_required: 0,
      trainyard_state_store_reachable: 1,
      trainyard_endpoint_runs_unknown: 0,
      'trainyard_queue_jobs{queue="trainings",state="prioritized"}': 1,
      'trainyard_transitions_total{event="accepted",from="",to="queued"}': 2,
      'trainyard_transitions_total{event="cancel_requested",from="queued",to="cancelled"}': 1,
      'trainyard_training_seconds_count{state="cancelled"}': 1,
    });
  });

  it('report the reason of a closed gate, active alarms and unknown runs', async () => {
    const system = await openTestSystem();
    await system.deps.store.setControl({
      gate: { reason: 'no "credit"', since: 5, reopensWhen: 'probe_run' },
    });
    const reading = { at: 7, detail: { unknown: 2 } };
    for (let times = 0; times < 3; times += 1)
      await system.deps.store.recordReading('endpoint_runs_unknown', reading);
    await expectMetrics(system, {
      'trainyard_gate_closed{reason="no \\"credit\\""}': 1,
      'trainyard_alarm{code="endpoint_runs_unknown"}': 1,
      trainyard_endpoint_runs_unknown: 2,
    });
  });

  it('count accepted and refused webhooks', async () => {
    const system = await openTestSystem();
    const post = (url: string) =>
      system.webhooks.inject({ method: 'POST', url, payload: { id: 'r', status: 'COMPLETED' } });
    await post(toWebhookPath('t1'));
    await post('/api/training-webhook?training=t1&attempt=1&token=forged');
    await post('/api/training-webhook');
    await expectMetrics(system, {
      'trainyard_webhooks_total{result="accepted"}': 1,
      'trainyard_webhooks_total{result="refused"}': 2,
    });
  });

  it('require scope read and contain no secret', async () => {
    const system = await openTestSystem({ as: 'read' });
    const headers = { host: 'localhost:8787' };
    expect((await system.app.inject({ method: 'GET', url: '/metrics', headers })).statusCode).toBe(401);
    const { body } = await system.call('GET', '/metrics');
    for (const secret of Object.values(KEYS)) expect(body).not.toContain(secret);
  });

  it('report an unavailable Redis instead of old numbers', async () => {
    const system = await openTestSystem({ ownRedis: true });
    await readMetrics(system);
    process.kill(system.redis.pid, 'SIGKILL');
    const numbers = await readMetrics(system);
    expect(numbers.get('trainyard_state_store_reachable')).toBe(0);
    expect(numbers.has('trainyard_slots_used')).toBe(false);
    expect(numbers.has('process_cpu_seconds_total')).toBe(true);
    await system.redis.restart();
    await expect
      .poll(async () => (await readMetrics(system)).get('trainyard_slots_used'), { timeout: 20_000 })
      .toBe(0);
  });
});

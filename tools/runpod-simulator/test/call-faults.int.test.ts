import { createRunPodProvider } from '@trainyard/runpod';
import { describe, expect, it } from 'vitest';
import type { FaultRequest } from '../src/index.ts';
import { buildSubmission, callApi, ENDPOINT, eventually, KEY, startSimulator, submitRun } from './fixture.ts';

const FOREVER = { pace: { durationMs: 3_600_000_000_000 } };

describe('a submission with a fault', () => {
  it.each<[string, FaultRequest, object, accepted: number]>([
    [
      '429',
      { kind: 'answer', http_status: 429, headers: { 'retry-after': '2' } },
      { kind: 'not_sent', retryAfterMs: 2_000 },
      0,
    ],
    [
      '400',
      { kind: 'answer', http_status: 400, body: { error: 'no' } },
      { kind: 'refused', scope: 'request' },
      0,
    ],
    ['401', { kind: 'answer', http_status: 401 }, { kind: 'refused', scope: 'account' }, 0],
    ['402', { kind: 'answer', http_status: 402 }, { kind: 'refused', scope: 'account' }, 0],
    [
      'an error in a 200',
      { kind: 'answer', http_status: 200, body: { error: 'no' } },
      { kind: 'refused' },
      0,
    ],
    ['500 before accepting', { kind: 'answer', http_status: 500 }, { kind: 'unclear' }, 0],
    [
      '502 after accepting',
      { kind: 'answer', http_status: 502, body: '<h1>Bad gateway</h1>', after_accepting: true },
      { kind: 'unclear' },
      1,
    ],
    [
      'HTML in a 200',
      { kind: 'answer', http_status: 200, body: '<html></html>', after_accepting: true },
      { kind: 'unclear' },
      1,
    ],
    ['{} in a 200', { kind: 'answer', http_status: 200, after_accepting: true }, { kind: 'unclear' }, 1],
    [
      'a status without an id',
      { kind: 'answer', http_status: 200, body: { status: 'IN_QUEUE' }, after_accepting: true },
      { kind: 'unclear' },
      1,
    ],
    ['a drop before accepting', { kind: 'drop' }, { kind: 'unclear' }, 0],
    ['a reply dropped after accepting', { kind: 'drop', after_accepting: true }, { kind: 'unclear' }, 1],
    ['a slow answer', { kind: 'slow', delay_ms: 100_000 }, { kind: 'accepted' }, 1],
    [
      'a slow answer after accepting',
      { kind: 'slow', delay_ms: 100_000, after_accepting: true },
      { kind: 'accepted' },
      1,
    ],
  ])('maps %s to its result', async (_, fault, expected, accepted) => {
    const { simulator, provider, store } = await startSimulator(FOREVER);
    simulator.faults.push({ ...fault, op: 'run' } as FaultRequest);
    expect(await provider.submit(await buildSubmission(store))).toMatchObject(expected);
    expect(simulator.history.jobs()).toHaveLength(accepted);
    expect(simulator.history.live()).toBe(accepted);
    expect((await provider.submit(await buildSubmission(store, { id: 't2' }))).kind).toBe('accepted');
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('is unclear without a response (accepted: %s)', async (after_accepting, accepted) => {
    const { simulator, baseUrl, store } = await startSimulator(FOREVER);
    simulator.faults.push({ kind: 'hang', op: 'run', after_accepting });
    const provider = createRunPodProvider({ apiKey: KEY, baseUrl, timeoutMs: 300 });
    expect(await provider.submit(await buildSubmission(store))).toMatchObject({ kind: 'unclear' });
    expect(simulator.history.jobs()).toHaveLength(accepted);
  });

  it('can be accepted after the timeout of its caller', async () => {
    const { simulator, baseUrl, store } = await startSimulator(FOREVER);
    simulator.faults.push({ kind: 'slow', op: 'run', delay_ms: 500_000 });
    const provider = createRunPodProvider({ apiKey: KEY, baseUrl, timeoutMs: 100 });
    expect(await provider.submit(await buildSubmission(store))).toMatchObject({ kind: 'unclear' });
    await eventually(() => expect(simulator.history.jobs()).toHaveLength(1));
  });
});

describe('a query with a fault', () => {
  it.each<[string, FaultRequest]>([
    ['a 502', { kind: 'answer', http_status: 502, body: '<h1>Bad gateway</h1>' }],
    ['HTML in a 200', { kind: 'answer', http_status: 200, body: '<html></html>' }],
    ['{}', { kind: 'answer', http_status: 200 }],
    ['a 429', { kind: 'answer', http_status: 429 }],
    ['a drop', { kind: 'drop' }],
  ])('is unavailable for %s', async (_, fault) => {
    const system = await startSimulator(FOREVER);
    const runId = await submitRun(system);
    system.simulator.faults.push({ ...fault, times: 3 } as FaultRequest);
    expect((await system.provider.observe(ENDPOINT, runId)).kind).toBe('unavailable');
    expect((await system.provider.cancel(ENDPOINT, runId)).kind).toBe('unavailable');
    expect((await system.provider.health(ENDPOINT)).kind).toBe('unavailable');
    expect((await system.provider.observe(ENDPOINT, runId)).kind).toBe('live');
  });

  it('is denied for an invalid key', async () => {
    const { baseUrl } = await startSimulator();
    const provider = createRunPodProvider({ apiKey: 'other', baseUrl });
    expect(await provider.health(ENDPOINT)).toMatchObject({ kind: 'denied', scope: 'account' });
  });
});

describe('the routes of the simulator', () => {
  it('add, list and clear faults', async () => {
    const { origin, provider, store } = await startSimulator(FOREVER);
    const own = (method: string, body?: unknown) => callApi(origin, method, '__simulator/faults', body);
    const made = await own('POST', [
      { kind: 'drop', op: 'run', training_id: 't2' },
      { kind: 'hang', times: null, op: 'health' },
    ]);
    expect(made.httpStatus).toBe(201);
    expect((await provider.submit(await buildSubmission(store, { id: 't1' }))).kind).toBe('accepted');
    expect((await provider.submit(await buildSubmission(store, { id: 't2' }))).kind).toBe('unclear');
    expect((await own('GET')).json).toMatchObject({ faults: [{ kind: 'hang', times: null }] });
    expect((await own('DELETE')).json).toEqual({ faults: [] });
    expect((await provider.health(ENDPOINT)).kind).toBe('health');
  });

  it('name the invalid field of a fault', async () => {
    const { origin } = await startSimulator();
    const answer = await callApi(origin, 'POST', '__simulator/faults', { kind: 'slow', op: 'run' });
    expect(answer.httpStatus).toBe(400);
    expect(answer.text).toContain('delay_ms');
  });

  it('return the history with its gauges', async () => {
    const system = await startSimulator(FOREVER);
    await submitRun(system, { id: 't1' });
    await submitRun(system, { id: 't1' });
    const { json } = await callApi(system.origin, 'GET', '__simulator/history');
    expect(json).toMatchObject({ live: 2, max_live: 2 });
    expect(json['double_acceptances']).toMatchObject([[{ training_id: 't1' }, { training_id: 't1' }]]);
    expect(json['jobs']).toHaveLength(2);
  });
});

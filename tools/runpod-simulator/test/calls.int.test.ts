import { describe, expect, it } from 'vitest';
import { buildSubmission, callApi, ENDPOINT, KEY, startSimulator } from './fixture.ts';

const FOREVER = { pace: { durationMs: 3_600_000_000_000 } };

describe('a call of the simulator', () => {
  it('is authorized only by the API key, with and without Bearer', async () => {
    const { baseUrl } = await startSimulator();
    const health = (headers: Record<string, string>) => fetch(`${baseUrl}/${ENDPOINT}/health`, { headers });
    expect((await health({ authorization: `Bearer ${KEY}` })).status).toBe(200);
    expect((await health({ authorization: KEY })).status).toBe(200);
    expect((await health({ authorization: 'Bearer other' })).status).toBe(401);
    expect((await health({})).status).toBe(401);
  });

  it('is answered with 404 for an unknown endpoint', async () => {
    const { baseUrl, provider } = await startSimulator({ endpointIds: [ENDPOINT] });
    expect((await callApi(baseUrl, 'GET', 'other/health')).httpStatus).toBe(404);
    expect(await provider.health('other')).toMatchObject({ kind: 'denied', scope: 'endpoint' });
    expect(await provider.health(ENDPOINT)).toMatchObject({ kind: 'health' });
    expect(await provider.observe(ENDPOINT, 'unknown')).toEqual({ kind: 'missing' });
  });

  it('returns ids in the two formats of RunPod', async () => {
    const { baseUrl } = await startSimulator();
    const run = await callApi(baseUrl, 'POST', `${ENDPOINT}/run`, { input: {} });
    expect(run.json).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}-u1$/), status: 'IN_QUEUE' });
    const runsync = await callApi(baseUrl, 'POST', `${ENDPOINT}/runsync?wait=1000`, { input: {} });
    expect(runsync.json['id']).toMatch(/^sync-[0-9a-f-]{36}-u1$/);
  });

  it('answers /run with IN_QUEUE, also when an idle worker takes the job at once', async () => {
    const { baseUrl } = await startSimulator({ coldStartMs: 0, idleTimeoutMs: 3_600_000, workers: 1 });
    const run = () => callApi(baseUrl, 'POST', `${ENDPOINT}/run`, { input: {} });
    const first = await run();
    const getStatus = async () =>
      (await callApi(baseUrl, 'GET', `${ENDPOINT}/status/${first.json['id']}`)).json['status'];
    await expect.poll(getStatus).toBe('FAILED');
    expect((await run()).json['status']).toBe('IN_QUEUE');
  });

  it.each([
    ['no input', {}],
    ['a list as input', { input: [] }],
    ['text as input', { input: 'x' }],
    ['no JSON', '{"input":'],
    ['a webhook that is no URL', { input: {}, webhook: 'x' }],
    ['an executionTimeout below 5 s', { input: {}, policy: { executionTimeout: 4_999 } }],
    ['a ttl above 7 days', { input: {}, policy: { ttl: 604_800_001 } }],
    ['a ttl below 10 s', { input: {}, policy: { ttl: 9_999 } }],
  ])('is answered with 400 for %s and creates no job', async (_, body) => {
    const { baseUrl, simulator } = await startSimulator();
    const answer = await callApi(baseUrl, 'POST', `${ENDPOINT}/run`, body);
    expect(answer.httpStatus).toBe(400);
    expect(answer.json['error']).toEqual(expect.any(String));
    expect(simulator.history.jobs()).toEqual([]);
  });

  it('accepts scaled times in policy when wireTimes is scaled', async () => {
    const { baseUrl } = await startSimulator({ wireTimes: 'scaled' });
    const run = (executionTimeout: number) =>
      callApi(baseUrl, 'POST', `${ENDPOINT}/run`, { input: {}, policy: { executionTimeout } });
    expect((await run(5)).httpStatus).toBe(200);
    expect((await run(4)).httpStatus).toBe(400);
  });

  it('is answered with 400 for a body over 10 MiB on /run or over 20 MiB on /runsync', async () => {
    const { baseUrl } = await startSimulator();
    const filled = (bytes: number) => {
      const empty = JSON.stringify({ input: { a: '' } }).length;
      return JSON.stringify({ input: { a: 'x'.repeat(bytes - empty) } });
    };
    const MIB = 1024 * 1024;
    const status = async (path: string, bytes: number) =>
      (await callApi(baseUrl, 'POST', `${ENDPOINT}/${path}`, filled(bytes))).httpStatus;
    expect(await status('run', 10 * MIB)).toBe(200);
    expect(await status('run', 10 * MIB + 1)).toBe(400);
    expect(await status('runsync?wait=1000', 10 * MIB + 1)).toBe(200);
    expect(await status('runsync?wait=1000', 20 * MIB + 1)).toBe(400);
  });

  it('is rate-limited by operation with Retry-After', async () => {
    const { baseUrl } = await startSimulator({ timeScale: 1 });
    const purge = () => callApi(baseUrl, 'POST', `${ENDPOINT}/purge-queue`);
    expect([(await purge()).httpStatus, (await purge()).httpStatus]).toEqual([200, 200]);
    const third = await purge();
    expect(third.httpStatus).toBe(429);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await callApi(baseUrl, 'GET', `${ENDPOINT}/health`)).httpStatus).toBe(200);
  });

  it('is limited to 20 concurrent cancels', async () => {
    const { baseUrl, simulator } = await startSimulator();
    simulator.faults.push({ kind: 'hang', op: 'cancel', times: 20 });
    const open = new AbortController();
    const cancel = () =>
      fetch(`${baseUrl}/${ENDPOINT}/cancel/x`, {
        method: 'POST',
        headers: { authorization: KEY },
        signal: open.signal,
      });
    const hanging = Array.from({ length: 20 }, () => cancel().catch(() => undefined));
    await expect.poll(() => simulator.faults.list().length, { timeout: 10_000 }).toBe(0);
    expect((await cancel()).status).toBe(429);
    open.abort();
    await Promise.all(hanging);
    await expect
      .poll(async () => (await callApi(baseUrl, 'POST', `${ENDPOINT}/cancel/x`)).httpStatus)
      .toBe(404);
  });

  it('times out after the default of 10 minutes without a policy', async () => {
    const { baseUrl, store } = await startSimulator({ ...FOREVER, coldStartMs: 0 });
    const { input } = await buildSubmission(store);
    const { id } = (await callApi(baseUrl, 'POST', `${ENDPOINT}/run`, { input })).json as { id: string };
    const status = async () => (await callApi(baseUrl, 'GET', `${ENDPOINT}/status/${id}`)).json;
    await expect.poll(async () => (await status())['status'], { timeout: 20_000 }).toBe('TIMED_OUT');
    expect((await status())['executionTime']).toBeGreaterThanOrEqual(599_000);
  });

  it('retries only a failed job, under its id and without its old output', async () => {
    const { baseUrl, simulator, provider, store } = await startSimulator({ coldStartMs: 0 });
    simulator.faults.push({ kind: 'error', message: 'worker crashed', at_fraction: 0 });
    const answer = await provider.submit(await buildSubmission(store));
    const id = answer.kind === 'accepted' ? answer.runId : '';
    const status = async () => (await callApi(baseUrl, 'GET', `${ENDPOINT}/status/${id}`)).json['status'];
    await expect.poll(status, { timeout: 20_000 }).toBe('FAILED');
    const retried = await callApi(baseUrl, 'POST', `${ENDPOINT}/retry/${id}`);
    expect(retried.json).toEqual({ id, status: 'IN_QUEUE' });
    expect((await callApi(baseUrl, 'POST', `${ENDPOINT}/retry/${id}`)).httpStatus).toBe(400);
    await expect.poll(status, { timeout: 20_000 }).toBe('COMPLETED');
    expect(simulator.history.maxLive()).toBe(1);
  });

  it('purges queued jobs and keeps running jobs', async () => {
    const { baseUrl, provider, store, simulator } = await startSimulator({
      ...FOREVER,
      workers: 1,
      coldStartMs: 0,
    });
    const ids: string[] = [];
    for (const id of ['t1', 't2', 't3']) {
      const answer = await provider.submit(await buildSubmission(store, { id }));
      if (answer.kind === 'accepted') ids.push(answer.runId);
    }
    expect((await callApi(baseUrl, 'POST', `${ENDPOINT}/purge-queue`)).json).toEqual({
      removed: 2,
      status: 'completed',
    });
    expect(await provider.observe(ENDPOINT, ids[0]!)).toMatchObject({ kind: 'live' });
    expect(await provider.observe(ENDPOINT, ids[1]!)).toEqual({ kind: 'missing' });
    expect(simulator.history.live()).toBe(1);
  });

  it('drains the stream by reading it', async () => {
    const { baseUrl, provider, store } = await startSimulator({ coldStartMs: 0 });
    const answer = await provider.submit(await buildSubmission(store));
    const path = `${ENDPOINT}/stream/${answer.kind === 'accepted' ? answer.runId : ''}?wait=300000`;
    const read = async () => (await callApi(baseUrl, 'GET', path)).json as { stream: unknown[] };
    await expect.poll(async () => (await read()).stream.length, { timeout: 20_000 }).toBe(1);
    expect((await read()).stream).toEqual([]);
  });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { advance, reconcile } from '@trainyard/application';
import { type Attempt, toDefaultOutputKey } from '@trainyard/domain';
import { expect, it, onTestFinished } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

/** An endpoint that answers IN_PROGRESS about every run. @returns its address and the number of status calls */
async function serveEndpoint() {
  const calls: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    calls.push(url);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: url.split('/').at(-1), status: 'IN_PROGRESS' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  const countCalls = () => calls.filter((url) => url.includes('/status/')).length;
  return { url: `http://127.0.0.1:${port}/v2`, countCalls };
}

async function enqueue({ call }: TestSystem): Promise<string> {
  return (await call('POST', '/api/trainings', { kind: 'actor', subject_id: '0019' })).json().id;
}

async function startRun({ deps }: TestSystem, id: string): Promise<void> {
  const at = deps.clock.now();
  const attempt: Attempt = {
    ...{ number: 1, endpointId: 'ep1', startedAt: at, executionTimeoutMs: 7_200_000, ttlMs: 30_000_000 },
    ...{ attemptDeadline: at + 30_600_000, versionName: 'V1', modelName: 'actor_0019_V1' },
    ...{ outputKey: toDefaultOutputKey(id, 1), lockToken: 't', nonce: 'n' },
  };
  await advance(deps, id, { type: 'submission_started', at, cause: 'dispatcher', attempt });
  await advance(deps, id, {
    type: 'submission_accepted',
    at,
    cause: 'dispatcher',
    attempt: 1,
    runId: 'run-1',
  });
}

it('polls that are requested within a second ask RunPod once, and the training shows its answer', async () => {
  const endpoint = await serveEndpoint();
  const system = await openTestSystem({ as: 'write', env: { RUNPOD_ENDPOINT_BASE_URL: endpoint.url } });
  const { call, deps, open } = system;
  const id = await enqueue(system);
  await startRun(system, id);
  const read = async () => (await call('GET', `/api/trainings/${id}`)).json();
  expect(await read()).toMatchObject({ status: 'submitted', run_check: null });
  const polls = await Promise.all(
    Array.from({ length: 20 }, () => call('POST', `/api/trainings/${id}/poll`)),
  );
  expect(polls.map(({ statusCode }) => statusCode)).toEqual(polls.map(() => 202));
  expect(polls[0]?.json()).toMatchObject({ id, status: 'submitted' });
  const worker = await open.redis.runReconcileJobs((training) => reconcile(deps, training));
  onTestFinished(() => worker.close());
  await expect
    .poll(read, { timeout: 10_000, interval: 20 })
    .toMatchObject({ status: 'running', run_check: { answer: 'in_progress', at: expect.any(String) } });
  expect(endpoint.countCalls()).toBe(1);
});

it('a poll needs scope write and a training with a live attempt', async () => {
  const reader = await openTestSystem({ as: 'read' });
  expect((await reader.call('POST', '/api/trainings/x/poll')).json()).toMatchObject({ code: 'forbidden' });
  const system = await openTestSystem();
  const { call } = system;
  expect((await call('POST', '/api/trainings/unknown/poll')).json()).toMatchObject({
    status: 404,
    code: 'training_not_found',
  });
  const id = await enqueue(system);
  const refused = async () => (await call('POST', `/api/trainings/${id}/poll`)).json();
  expect(await refused()).toMatchObject({
    status: 409,
    code: 'wrong_state',
    detail: expect.stringContaining('no run at RunPod'),
  });
  await call('POST', `/api/trainings/${id}/cancel`);
  expect(await refused()).toMatchObject({ status: 409, detail: expect.stringContaining('has ended') });
});

it('a failed training names its next step', async () => {
  const system = await openTestSystem();
  const { call, deps } = system;
  const id = await enqueue(system);
  await startRun(system, id);
  const message = 'CUDA out of memory <script>alert(1)</script>\u001b[31m';
  const failure = { class: 'out_of_memory', code: 'gpu_memory', message } as const;
  const at = deps.clock.now();
  const ended = { type: 'run_ended', at, cause: 'poll', attempt: 1, runId: 'run-1' } as const;
  await advance(deps, id, { ...ended, outcome: { status: 'failed', failure } });
  expect((await call('GET', `/api/trainings/${id}`)).json()).toMatchObject({
    status: 'failed',
    run_check: null,
    next_step: { action: 'retry_with_changes', text: expect.stringContaining('rank below 16') },
  });
});

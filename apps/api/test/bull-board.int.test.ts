import { describe, expect, it } from 'vitest';
import { openFullSystem, openTestSystem, type TestSystem } from './test-system.ts';

const API = '/admin/queues/api/queues';

async function acceptTraining(system: TestSystem): Promise<string> {
  return (await system.call('POST', '/api/trainings', { kind: 'actor', subject_id: '0019' })).json().id;
}

describe('Bull Board', () => {
  it('shows a training with its name, progress and log lines', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const id = await acceptTraining(system);
    await system.deps.queue.reportProgress(id, { percent: 42, line: 'step 840 of 2000' });
    const { queues } = (await system.call('GET', `${API}?activeQueue=trainings&status=prioritized`)).json();
    expect(
      queues.map((queue: { name: string; readOnlyMode: boolean }) => [queue.name, queue.readOnlyMode]),
    ).toEqual([
      ['trainings', true],
      ['reconcile', true],
      ['maintenance', true],
      ['notifications', true],
    ]);
    const [job] = queues[0].jobs;
    expect(job).toMatchObject({ id, progress: 42, name: expect.stringContaining('0019') });
    expect((await system.call('GET', `${API}/trainings/${id}/logs`)).json()).toEqual([
      expect.stringContaining('step 840 of 2000'),
    ]);
  });

  it('shows a training in the words of its answers', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const id = await acceptTraining(system);
    const { queues } = (await system.call('GET', `${API}?activeQueue=trainings&status=prioritized`)).json();
    expect(queues[0].description).toMatch(/Prioritized: waits for a free slot/);
    const shown = {
      name: 'actor 0019 european 20 female',
      data: {
        name: '0019 european 20 female',
        version: 'assigned at dispatch',
        state: 'queued',
        reason: 'next in the queue',
        attempt: '0 started, 0 of 2 used',
        policy: 'flux-presets A',
        steps: 1500,
        training_id: id,
      },
    };
    expect(queues[0].jobs).toMatchObject([shown]);
    expect((await system.call('GET', `${API}/trainings/${id}`)).json()).toMatchObject({
      job: shown,
      status: 'prioritized',
    });
    await system.call('PUT', '/api/dispatch', { paused: true, reason: 'night' });
    const { job } = (await system.call('GET', `${API}/trainings/${id}`)).json();
    expect(job.data.reason).toBe('paused: night');
  });

  it('lists a training that was cancelled in the queue', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const id = await acceptTraining(system);
    await system.call('POST', `/api/trainings/${id}/cancel`);
    for (const status of ['completed', 'latest']) {
      const { queues } = (await system.call('GET', `${API}?activeQueue=trainings&status=${status}`)).json();
      expect(queues[0].counts).toMatchObject({ completed: 1 });
      expect(queues[0].jobs).toMatchObject([
        { id, data: { state: 'cancelled' }, returnValue: { status: 'cancelled' }, isFailed: false },
      ]);
    }
    const { job, status } = (await system.call('GET', `${API}/trainings/${id}`)).json();
    expect([status, job.data.state]).toEqual(['completed', 'cancelled']);
  });

  it('shows the reason of a failure without a stack', async () => {
    const system = await openFullSystem({ MAX_ATTEMPTS: '1' });
    await system.deps.objects.put('images/bad/a.png', 'p'.repeat(20_000));
    await system.deps.objects.put('images/bad/a.txt', new Uint8Array(0));
    const body = {
      kind: 'actor',
      subject_id: '0042',
      images: [system.deps.objects.toUri('images/bad/a.png')],
    };
    const { id } = (await system.call('POST', '/api/trainings', body)).json();
    const load = async () => (await system.call('GET', `${API}/trainings/${id}`)).json();
    await expect.poll(async () => (await load()).status).toBe('failed');
    const { job } = await load();
    expect(job).toMatchObject({
      stacktrace: [],
      isFailed: true,
      data: { state: 'failed', name: '0042 european 20 female' },
    });
    expect(job.failedReason).toBe(job.data.reason);
    expect(JSON.stringify(job)).not.toMatch(/node_modules|\.ts:\d+/);
  });

  it('redacts secrets in jobs', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const [trainings] = system.open.queues();
    const secret = {
      input: { a: 'hidden-input' },
      token: 'hidden-token',
      url: 'https://h/?training=1&token=hidden-query',
    };
    await trainings!.add('odd', secret, { jobId: 'odd' });
    const list = await system.call('GET', `${API}?activeQueue=trainings&status=latest`);
    const one = await system.call('GET', `${API}/trainings/odd`);
    for (const answer of [list, one]) {
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toContain('[redacted]');
      expect(answer.body).not.toContain('hidden-');
    }
  });

  it('refuses every change', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const id = await acceptTraining(system);
    for (const [method, path] of [
      ['PUT', 'pause'],
      ['PUT', 'trainings/pause'],
      ['PUT', 'trainings/obliterate'],
      ['PUT', 'trainings/empty'],
      ['PUT', 'trainings/concurrency'],
      ['PUT', 'trainings/promote'],
      ['PUT', 'trainings/clean/completed'],
      ['PUT', `trainings/${id}/retry`],
      ['PUT', `trainings/${id}/clean`],
      ['PATCH', `trainings/${id}/priority`],
      ['PATCH', `trainings/${id}/update-data`],
      ['POST', 'trainings/add'],
    ] as const) {
      const answer = await system.call(method, `${API}/${path}`, { priority: 1 });
      expect(answer.json()).toMatchObject({ status: 405, code: 'method_not_allowed' });
    }
    const [trainings] = system.open.queues();
    expect(await trainings!.isPaused()).toBe(false);
    expect(await trainings!.getJob(id)).toMatchObject({ id, priority: 10 });
  });

  it('loads its own scripts under a strict content security policy', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const page = await system.call('GET', '/admin/queues/');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    const script = /src="(static\/js\/main[^"]+)"/.exec(page.body)?.[1];
    expect((await system.call('GET', `/admin/queues/${script}`)).statusCode).toBe(200);
    expect((await system.call('GET', '/admin/queues/job-schedulers')).statusCode).toBe(200);
  });
});

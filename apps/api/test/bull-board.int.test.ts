import { describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

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

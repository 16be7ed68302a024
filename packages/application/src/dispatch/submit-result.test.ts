import { beforeEach, describe, expect, it } from 'vitest';
import { createMemorySystem, type MemorySystem } from '../../test/memory-system.ts';

let system: MemorySystem;
beforeEach(async () => {
  system = await createMemorySystem();
});

describe('a submission', () => {
  it('that is refused for its request fails the training as configuration', async () => {
    system.provider.submitResults.push({
      result: { kind: 'refused', scope: 'request', httpStatus: 400, message: 'bad input' },
    });
    expect(await system.waitForStatus(await system.accept(), 'failed')).toMatchObject({
      failure: { class: 'configuration' },
    });
  });

  it('that hits a rate limit is sent again without using an attempt', async () => {
    system.provider.submitResults.push({
      result: { kind: 'not_sent', reason: 'rate_limited', message: '429' },
    });
    expect(await system.waitForStatus(await system.accept(), 'completed')).toMatchObject({
      attemptsStarted: 2,
      attemptsSpent: 1,
    });
  });

  it('that never arrived is refuted by the counts of the endpoint and sent again', async () => {
    system.provider.submitResults.push({ result: { kind: 'unclear', message: 'connection reset' } });
    const completed = await system.waitForStatus(await system.accept(), 'completed');
    expect(completed).toMatchObject({ attemptsStarted: 2, attemptsSpent: 1 });
    expect(system.provider.runs).toHaveLength(1);
  });

  it('of a training without its images in the object store is never sent', async () => {
    const training = await system.accept({ images: ['s3://local/images/none.png'] });
    expect(await system.waitForStatus(training, 'failed')).toMatchObject({
      failure: { class: 'data' },
      attemptsStarted: 0,
    });
    expect(system.provider.runs).toEqual([]);
    await system.run(60_000);
    expect(await system.deps.manifests.listVersions(training.request.subject)).toMatchObject([
      { status: 'failed', data_digest: expect.any(String), training_id: training.id },
    ]);
  });

  it('waits while dispatch is paused, and running trainings continue', async () => {
    const before = await system.accept();
    await system.waitForStatus(before, 'running');
    await system.deps.store.setControl({ paused: true, reason: 'night' });
    const after = await system.accept();
    await system.waitForStatus(before, 'completed');
    expect(await system.load(after)).toMatchObject({ status: 'queued' });
    await system.deps.store.setControl({ paused: false });
    await system.waitForStatus(after, 'completed');
  });
});

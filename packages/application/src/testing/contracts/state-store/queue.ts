import { describe, expect, it, vi } from 'vitest';
import type { StateStoreFixture } from './fixture.ts';

/** The queue of trainings and its consumer. */
export function testQueue(on: StateStoreFixture): void {
  describe('the queue', () => {
    testClaim(on);
    testPositions(on);
    testFinish(on);
    testRequeue(on);
    testWakeUp(on);
  });
}

function testClaim(on: StateStoreFixture): void {
  it('hands out the lowest priority number first, and the oldest among equals', async () => {
    const [late, first, second] = [
      await on.enqueue({ priority: 100 }),
      await on.enqueue(),
      await on.enqueue(),
    ];
    await on.store.setControl({ maxConcurrency: 3 });
    const order = [await on.claim(), await on.claim(), await on.claim()].map(({ trainingId }) => trainingId);
    expect(order).toEqual([first.id, second.id, late.id]);
  });

  it('hands out as many jobs as the concurrency limit allows, each under its own lock token', async () => {
    for (let n = 0; n < 4; n += 1) await on.enqueue();
    const [one, two] = [await on.claim(), await on.claim()];
    expect(await on.consumer.claim()).toBeUndefined();
    await on.handle.queue.finish(one.trainingId, one.lockToken, { status: 'completed' });
    expect(await on.consumer.claim()).toMatchObject({ trainingId: expect.any(String) });
    expect(one.lockToken).not.toBe(two.lockToken);
  });

  it('lists active jobs, then waiting ones in their order, then delayed ones by time', async () => {
    const [active, waiting] = [await on.enqueue(), await on.enqueue()];
    await on.claim();
    const [urgent, delayed] = [await on.enqueue({ priority: 1 }), await on.accept()];
    const notBefore = on.handle.now() + 3_600_000;
    await on.handle.queue.enqueue(delayed.id, { name: 'actor', priority: 1, notBefore });
    expect(await on.handle.queue.listHead(10)).toEqual(
      [active, urgent, waiting, delayed].map(({ id }) => id),
    );
  });
}

function testPositions(on: StateStoreFixture): void {
  it('numbers waiting jobs in the order in which they are handed out, and no other job', async () => {
    const [late, active] = [await on.enqueue({ priority: 100 }), await on.enqueue({ priority: 1 })];
    await on.claim();
    const [first, second, delayed] = [await on.enqueue(), await on.enqueue(), await on.accept()];
    const notBefore = on.handle.now() + 3_600_000;
    await on.handle.queue.enqueue(delayed.id, { name: 'actor', priority: 1, notBefore });
    const ids = [late, active, first, second, delayed].map(({ id }) => id);
    expect(await on.handle.queue.findPositions([...ids, 'unknown'])).toEqual(
      new Map([
        [late.id, 3],
        [first.id, 1],
        [second.id, 2],
      ]),
    );
    expect(await on.handle.queue.findPositions([])).toEqual(new Map());
  });

  it('changes positions with priorities, removals and claims', async () => {
    const [one, two, three] = [await on.enqueue(), await on.enqueue(), await on.enqueue()];
    const findPositions = async () => {
      const positions = await on.handle.queue.findPositions([one.id, two.id, three.id]);
      return [one, two, three].map(({ id }) => positions.get(id));
    };
    expect(await findPositions()).toEqual([1, 2, 3]);
    await on.handle.queue.reprioritize(three.id, 1);
    expect(await findPositions()).toEqual([2, 3, 1]);
    await on.handle.queue.remove(one.id);
    expect(await findPositions()).toEqual([undefined, 2, 1]);
    await on.claim();
    expect(await findPositions()).toEqual([undefined, 1, undefined]);
  });
}

function testFinish(on: StateStoreFixture): void {
  it('leaves a job active that is finished under a wrong lock token', async () => {
    const { id } = await on.enqueue();
    await on.claim();
    await on.handle.queue.finish(id, 'wrong token', { status: 'completed' });
    expect((await on.consumer.listActive()).map(({ trainingId }) => trainingId)).toEqual([id]);
  });

  it('leaves an active job in the list of active jobs that removeFromActive names', async () => {
    const { id } = await on.enqueue();
    await on.claim();
    await on.consumer.removeFromActive(id);
    expect(await on.consumer.listActive()).toMatchObject([{ trainingId: id, exists: true }]);
  });

  it('enqueues a training again under its id after its job has finished', async () => {
    const { id } = await on.enqueue();
    const { lockToken } = await on.claim();
    await on.handle.queue.finish(id, lockToken, { status: 'failed', failure: 'x' });
    expect(await on.handle.queue.withLiveJob([id])).toEqual(new Set());
    await on.handle.queue.enqueue(id, { name: 'actor', priority: 1 });
    expect(await on.handle.queue.withLiveJob([id, 'unknown'])).toEqual(new Set([id]));
    expect((await on.claim()).trainingId).toBe(id);
  });

  it('removes a waiting job and leaves an active one', async () => {
    const [active, waiting] = [await on.enqueue(), await on.enqueue()];
    await on.claim();
    for (const { id } of [active, waiting]) await on.handle.queue.remove(id);
    expect(await on.handle.queue.withLiveJob([active.id, waiting.id])).toEqual(new Set([active.id]));
  });
}

function testRequeue(on: StateStoreFixture): void {
  it('hands out a requeued job when it is due, under a new lock token', async () => {
    const { id } = await on.enqueue();
    const { lockToken } = await on.claim();
    const order = { name: 'actor', priority: 10, lockToken, notBefore: on.handle.now() + 1_000 };
    await on.handle.queue.requeue(id, order);
    expect(await on.consumer.claim()).toBeUndefined();
    expect(await on.consumer.nextDueMs()).toBeLessThanOrEqual(1_000);
    await on.handle.sleep(1_050);
    const again = await on.claim();
    expect(again).toMatchObject({ trainingId: id, lockToken: expect.not.stringMatching(lockToken) });
    await on.handle.queue.requeue(id, order);
    expect(await on.consumer.listActive(), 'the old lock token has no effect').toHaveLength(1);
  });
}

function testWakeUp(on: StateStoreFixture): void {
  it('wakes its consumer when a training is added, a slot is released or the concurrency limit is raised', async () => {
    let wakeUps = 0;
    const listening = await on.handle.openConsumer(() => {
      wakeUps += 1;
    });
    const expectWakeUp = async (act: () => Promise<unknown>) => {
      const before = wakeUps;
      await act();
      await vi.waitFor(() => expect(wakeUps).toBeGreaterThan(before), { timeout: 20_000 });
    };
    await expectWakeUp(() => on.enqueue());
    await on.store.setControl({ maxConcurrency: 1 });
    const { trainingId, lockToken } = await on.claim();
    await expectWakeUp(() => on.handle.queue.finish(trainingId, lockToken, { status: 'completed' }));
    await expectWakeUp(() => on.store.setControl({ maxConcurrency: 2 }));
    await listening.close();
  });
}

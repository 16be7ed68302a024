import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

const BODY = { kind: 'actor', subject_id: '0019', request_id: 'order-7' } as const;
function toKeyHeader(name: string) {
  return { 'idempotency-key': name };
}
type Answer = Awaited<ReturnType<TestSystem['call']>>;
function isReplay(answer: Answer) {
  return answer.headers['idempotency-replayed'] === 'true';
}

async function postInParallel(post: () => Promise<Answer>) {
  const answers = await Promise.all(Array.from({ length: 100 }, post));
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([202]));
  expect(answers.filter(isReplay)).toHaveLength(99);
  return new Set(answers.map((answer) => answer.json().id as string));
}

function toClaimKey(name: string) {
  return `{trainyard}:claim:key:${name}`;
}

describe('an Idempotency-Key', () => {
  it('creates one training for a hundred concurrent posts, and one retry for a hundred', async () => {
    const { call, deps } = await openTestSystem();
    const first = await postInParallel(() => call('POST', '/api/trainings', BODY, toKeyHeader('one')));
    expect(first.size).toBe(1);
    const [id = ''] = first;
    await call('POST', `/api/trainings/${id}/cancel`);
    const second = await postInParallel(() =>
      call('POST', '/api/trainings/order-7/retry', {}, toKeyHeader('two')),
    );
    const [retried = ''] = second;
    expect(second.size).toBe(1);
    expect(
      (await deps.store.list({ limit: 10 })).items.map((each) => [each.id, each.request.retryOf]),
    ).toEqual([
      [retried, id],
      [id, undefined],
    ]);
    const late = await call('POST', '/api/trainings/order-7/retry', {}, toKeyHeader('two'));
    expect([late.statusCode, isReplay(late), late.json().id]).toEqual([202, true, retried]);
    const status = await call('POST', '/api/training/status', { request_id: 'order-7' });
    expect(status.json()).toMatchObject({ training_id: retried, status: 'IN_QUEUE' });
  });

  it('replays the response of every other post and refuses a different request', async () => {
    const { call, deps } = await openTestSystem();
    const { id } = (await call('POST', '/api/trainings', BODY)).json();
    const cancel = (body: unknown, name = 'stop') =>
      call('POST', `/api/trainings/${id}/cancel`, body, toKeyHeader(name));
    const first = await cancel({ by: 'ana' });
    await deps.store.setControl({ paused: true });
    const again = await cancel({ by: 'ana' });
    expect([first.statusCode, isReplay(first), again.statusCode, isReplay(again)]).toEqual([
      202,
      false,
      202,
      true,
    ]);
    expect(again.body).toBe(first.body);
    expect(again.headers['content-type']).toBe(first.headers['content-type']);
    for (const other of [cancel({ by: 'ben' }), call('POST', '/api/trainings', BODY, toKeyHeader('stop'))])
      expect((await other).json()).toMatchObject({ status: 422, code: 'idempotency_conflict' });
  });

  it('is released after a refusal, and kept for a day without the body', async () => {
    const { call, redis } = await openTestSystem();
    const resolve = (id: string) =>
      call(
        'POST',
        `/api/trainings/${id}/resolve`,
        { action: 'fail', attempt: 1, run_is_dead: true },
        toKeyHeader('settle'),
      );
    const { id } = (await call('POST', '/api/trainings', BODY)).json();
    expect((await resolve(id)).json()).toMatchObject({ code: 'wrong_state' });
    expect((await resolve(id)).json()).toMatchObject({ code: 'wrong_state' });
    await call('POST', `/api/trainings/${id}/cancel`, { by: 'a-secret-label' }, toKeyHeader('stop'));
    const raw = new Redis(redis.url);
    const claim = await raw.hgetall(toClaimKey('stop'));
    expect(await raw.ttl(toClaimKey('stop'))).toBeGreaterThan(86_000);
    expect(await raw.exists(toClaimKey('settle'))).toBe(0);
    expect(Object.keys(claim).sort()).toEqual(['fingerprint', 'lease_until', 'owner', 'response']);
    await raw.quit();
  });

  it('is refused while the first call runs, and after an interrupted call unless the route is idempotent', async () => {
    const { call, redis } = await openTestSystem();
    const { id } = (await call('POST', '/api/trainings', BODY)).json();
    const raw = new Redis(redis.url);
    const calls = {
      cancel: () => call('POST', `/api/trainings/${id}/cancel`, {}, toKeyHeader('cancel')),
      version: () =>
        call('POST', '/api/actors/0019/training-versions', { name: 'by hand' }, toKeyHeader('version')),
    };
    expect([(await calls.cancel()).statusCode, (await calls.version()).statusCode]).toEqual([202, 200]);
    // The state after a crash between the change and the saved response.
    for (const name of ['cancel', 'version']) {
      await raw.hdel(toClaimKey(name), 'response');
      await raw.hset(toClaimKey(name), 'lease_until', Date.now() + 60_000);
    }
    for (const again of [calls.cancel, calls.version])
      expect((await again()).json()).toMatchObject({ status: 409, code: 'idempotency_in_flight' });
    for (const name of ['cancel', 'version']) await raw.hset(toClaimKey(name), 'lease_until', Date.now() - 1);
    expect((await calls.cancel()).statusCode).toBe(202);
    for (const _ of [1, 2])
      expect((await calls.version()).json()).toMatchObject({ status: 409, code: 'idempotency_interrupted' });
    const { versions } = (await call('GET', '/api/actors/0019/training-versions')).json();
    expect(versions.filter((each: { name: string }) => each.name === 'by hand')).toHaveLength(1);
    await raw.quit();
  });

  it('creates one auto-train run, also after a crash between its trainings', async () => {
    const { call, deps, redis } = await openTestSystem();
    const raw = new Redis(redis.url);
    const order = { limit: 1 };
    const accept = deps.store.accept;
    const post = () => call('POST', '/api/auto-train/runs', order, toKeyHeader('night'));
    Object.assign(deps.store, { accept: () => Promise.reject(new Error('crashed')) });
    expect((await post()).statusCode).toBe(500);
    Object.assign(deps.store, { accept });
    const second = await post();
    expect([second.statusCode, second.json().enqueued.length]).toEqual([202, 1]);
    // The state after a crash between the change and the saved response.
    await raw.hdel(toClaimKey('night'), 'response');
    await raw.hset(toClaimKey('night'), 'lease_until', Date.now() - 1);
    const third = await post();
    expect([third.statusCode, isReplay(third), third.json().id]).toEqual([202, false, second.json().id]);
    expect((await call('GET', '/api/auto-train/runs')).json().runs).toHaveLength(1);
    expect((await deps.store.list({ limit: 10 })).items).toHaveLength(1);
    await raw.quit();
  });
});

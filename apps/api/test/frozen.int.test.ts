import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

const IMAGES = ['s3://some-bucket/a.png', 's3://some-bucket/b.png'];

async function loadRequest({ deps }: TestSystem, id: string) {
  return (await deps.store.load(id))!.request;
}

describe('a retry', () => {
  const accepted = async (system: TestSystem) => {
    const body = {
      kind: 'actor',
      subject_id: '0019',
      images: IMAGES,
      request_id: 'asked-1',
      metadata: { album: 'autumn' },
      notify_url: 'https://caller.example.com/done',
      description: 'the first',
      hyperparameters: { network_dim: 32, learning_rate: 0.0003 },
    };
    const { id } = (await system.call('POST', '/api/trainings', body)).json();
    await system.call('POST', `/api/trainings/${id}/cancel`);
    return { id: String(id), request: await loadRequest(system, id) };
  };

  it('trains the frozen inputs with all options of the caller', async () => {
    const system = await openTestSystem({ env: { MAX_ATTEMPTS: '3' } });
    const { id, request } = await accepted(system);
    expect(request).toMatchObject({ requestId: 'asked-1', metadata: { album: 'autumn' }, maxAttempts: 3 });
    const retried = (await system.call('POST', `/api/trainings/${id}/retry`)).json();
    const { jobId: _, ...frozen } = request;
    expect(await loadRequest(system, retried.id)).toMatchObject({ ...frozen, retryOf: id, source: 'retry' });
  });

  it('changes only the inputs in its body and the values derived from them', async () => {
    const system = await openTestSystem();
    const { id, request } = await accepted(system);
    const body = { hyperparameters: { max_train_steps: 900 }, metadata: { album: 'winter' } };
    const retried = (await system.call('POST', `/api/trainings/${id}/retry`, body)).json();
    const again = await loadRequest(system, retried.id);
    expect(again.metadata).toEqual({ album: 'winter' });
    expect(again.hyperparameters).toEqual({
      ...request.hyperparameters,
      max_train_steps: 900,
      lr_warmup_steps: 180,
    });
  });

  it('takes the values of a different policy', async () => {
    const system = await openTestSystem();
    const { id } = await accepted(system);
    const body = { policy: 'style-guide' };
    const retried = (await system.call('POST', `/api/trainings/${id}/retry`, body)).json();
    expect(await loadRequest(system, retried.id)).toMatchObject({
      policy: 'style-guide',
      hyperparameters: { network_dim: 16, learning_rate: 0.0001 },
    });
  });
});

describe('a request with images', () => {
  const body = { kind: 'actor', subject_id: '0019', images: IMAGES };

  it('takes its trigger from the catalogue', async () => {
    const { call } = await openTestSystem();
    expect((await call('POST', '/api/trainings', body)).json().trigger).toBe('0019 european 20 female');
  });

  it.each([
    ['the object store is unavailable', ({ storeDir }: TestSystem) => rm(storeDir, { recursive: true })],
    [
      'the catalogue is unreadable',
      ({ deps }: TestSystem) => deps.objects.put('data/actors.json', '{ unreadable'),
    ],
  ])('is refused without a trigger and accepted with one while %s', async (_, harm) => {
    const system = await openTestSystem();
    const { call } = system;
    await harm(system);
    expect((await call('POST', '/api/trainings', body)).json()).toMatchObject({
      status: 503,
      code: 'object_store_unavailable',
      hint: expect.stringContaining('Pass `trigger`'),
    });
    const answer = await call('POST', '/api/trainings', { ...body, trigger: 'ohwx' });
    expect([answer.statusCode, answer.json().trigger]).toEqual([202, 'ohwx']);
  });

  it('requires a trigger for an actor that the catalogue does not know', async () => {
    const { call } = await openTestSystem();
    const unknown = { ...body, subject_id: 'visitor' };
    expect((await call('POST', '/api/trainings', unknown)).json()).toMatchObject({
      status: 422,
      code: 'trigger_required',
      detail: expect.stringContaining('actor visitor'),
    });
    const style = { ...unknown, kind: 'style' };
    expect((await call('POST', '/api/trainings', style)).json().trigger).toBe('style_visitor');
    expect((await call('POST', '/api/trainings', { ...unknown, trigger: 'ohwx' })).statusCode).toBe(202);
  });
});

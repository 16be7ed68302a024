import { beforeEach, describe, expect, it } from 'vitest';
import { type DispatchYard, openDispatchYard } from '../../test/dispatch-yard.ts';
import { CorruptDocumentError } from '../ports/catalogue.ts';
import { ObjectStoreError } from '../ports/object-store.ts';
import { dispatch } from './dispatch.ts';

let yard: DispatchYard;
beforeEach(async () => {
  yard = await openDispatchYard();
});
const failing = (error: Error): DispatchYard['deps'] => ({
  ...yard.deps,
  manifests: {
    ...yard.deps.manifests,
    openVersion: async () => {
      throw error;
    },
  },
});
const away = () => new ObjectStoreError('k', 'no route', { retryable: true });
const waitOf = (): number => {
  const training = yard.training();
  return training.status === 'queued' ? (training.notBefore ?? 0) - yard.deps.clock.now() : 0;
};

describe('a training that cannot be prepared', () => {
  it('for a document that nobody can read ends as a fault of configuration', async () => {
    await dispatch(failing(new CorruptDocumentError('manifest.json', 'not JSON')), yard.taken);
    expect(yard.training()).toMatchObject({
      status: 'failed',
      failure: { class: 'configuration', code: 'corrupt_document' },
    });
    expect(yard.done).toContain('finished lock failed');
  });

  it('for a fault that nobody foresaw waits, and a person is told', async () => {
    await dispatch(failing(new TypeError('x is not a function')), yard.taken);
    expect(yard.training()).toMatchObject({
      status: 'queued',
      needsAttention: { reason: expect.stringContaining('x is not a function') },
    });
    expect(yard.done.at(-1)).toBe('postponed lock');
  });

  it('because the store refuses waits, and a person is told at once', async () => {
    const refused = new ObjectStoreError('k', 'AccessDenied', { retryable: false });
    expect(await dispatch(failing(refused), yard.taken)).toMatchObject({ kind: 'waiting', storeAway: true });
    expect(yard.training().needsAttention).toMatchObject({ reason: expect.stringContaining('AccessDenied') });
  });

  it('because the store is away waits longer each time, and a person is told after a while', async () => {
    const waits: number[] = [];
    const told: boolean[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      await dispatch(failing(away()), yard.taken);
      waits.push(waitOf() / 1_000);
      told.push(yard.training().needsAttention !== undefined);
      yard.pass(waitOf());
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 600, 600]);
    expect(told).toEqual([false, false, false, false, false, true, true]);
    await dispatch(yard.deps, yard.taken);
    expect(yard.training()).toMatchObject({ status: 'submitted' });
    expect(yard.training().needsAttention).toBeUndefined();
  });

  it('for its data has a version with their digest, so that the failure is counted', async () => {
    await yard.deps.objects.delete('images/a.png');
    await dispatch(yard.deps, yard.taken);
    expect(yard.training()).toMatchObject({ status: 'failed', failure: { class: 'data' } });
    expect(yard.versions).toMatchObject([{ training_id: 't1', data_digest: expect.any(String) }]);
    expect(yard.done).not.toContain('submit');
  });

  it('since its template is another now ends, and says how to go on', async () => {
    const workflows = { ...yard.deps.workflows, templateHash: () => 'another' };
    await dispatch({ ...yard.deps, workflows }, yard.taken);
    expect(yard.training()).toMatchObject({
      status: 'failed',
      failure: { code: 'template_changed', message: expect.stringContaining('retry') },
    });
    expect(yard.versions).toEqual([]);
  });
});

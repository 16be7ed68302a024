import { beforeEach, describe, expect, it } from 'vitest';
import { type DispatchYard, openDispatchYard } from '../../test/dispatch-yard.ts';
import { CorruptDocumentError } from '../ports/catalogue.ts';
import { ObjectStoreError } from '../ports/object-store.ts';
import { tryGate } from '../gate/gate.ts';
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

  const refused = new ObjectStoreError('k', 'AccessDenied', { retryable: false });
  const put = (error: Error) => ({ ...yard.deps.objects, put: () => Promise.reject(error) });

  it('because the store refuses everyone waits, a person is told at once, and nothing more is taken', async () => {
    const deps = { ...failing(refused), objects: put(refused) };
    expect(await dispatch(deps, yard.taken)).toMatchObject({ kind: 'waiting', storeAway: true });
    expect(yard.training().needsAttention).toMatchObject({ reason: expect.stringContaining('AccessDenied') });
    expect((await yard.deps.store.control()).gate).toMatchObject({
      reason: expect.stringContaining('AccessDenied'),
      opensBy: 'store',
    });
    await tryGate({ ...deps, store: yard.deps.store });
    expect((await yard.deps.store.control()).gate).toBeDefined();
    await tryGate(yard.deps);
    expect((await yard.deps.store.control()).gate).toBeUndefined();
  });

  it('because the store refuses its document alone ends, and says which', async () => {
    await dispatch(failing(refused), yard.taken);
    expect(yard.training()).toMatchObject({
      status: 'failed',
      failure: { class: 'configuration', code: 'store_refused', message: 'k: AccessDenied' },
    });
    expect((await yard.deps.store.control()).gate).toBeUndefined();
  });

  it('although one document was refused waits as for any store that is away, when it is away by then', async () => {
    await dispatch({ ...failing(refused), objects: put(away()) }, yard.taken);
    expect(yard.training()).toMatchObject({ status: 'queued', reason: expect.stringContaining('no route') });
  });

  it('for captions that may not be read in another’s bucket is sent without them', async () => {
    const objects = { ...yard.deps.objects, getUri: () => Promise.reject(refused) };
    expect(await dispatch({ ...yard.deps, objects }, yard.taken)).toMatchObject({ kind: 'submitted' });
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

import { beforeEach, describe, expect, it } from 'vitest';
import { createDispatchHarness, type DispatchHarness } from '../../test/dispatch-harness.ts';
import { recheckGate } from '../gate/gate.ts';
import { CorruptDocumentError } from '../ports/catalogue.ts';
import { ObjectStoreError } from '../ports/object-store.ts';
import { dispatch } from './dispatch.ts';

let harness: DispatchHarness;
beforeEach(async () => {
  harness = await createDispatchHarness();
});
function withFailingStore(error: Error): DispatchHarness['deps'] {
  return {
    ...harness.deps,
    manifests: {
      ...harness.deps.manifests,
      openVersion: async () => {
        throw error;
      },
    },
  };
}
function storeUnavailable() {
  return new ObjectStoreError('k', 'no route', { retryable: true });
}
function getSnoozeMs(): number {
  const training = harness.training();
  return training.status === 'queued' ? (training.notBefore ?? 0) - harness.deps.clock.now() : 0;
}

describe('a training that cannot be prepared', () => {
  it('for a document that nobody can read ends as a fault of configuration', async () => {
    await dispatch(withFailingStore(new CorruptDocumentError('manifest.json', 'not JSON')), harness.job);
    expect(harness.training()).toMatchObject({
      status: 'failed',
      failure: { class: 'configuration', code: 'corrupt_document' },
    });
    expect(harness.calls).toContain('finished lock failed');
  });

  it('for a fault that nobody foresaw waits, and a person is told', async () => {
    await dispatch(withFailingStore(new TypeError('x is not a function')), harness.job);
    expect(harness.training()).toMatchObject({
      status: 'queued',
      needsAttention: { reason: expect.stringContaining('x is not a function') },
    });
    expect(harness.calls.at(-1)).toBe('requeued lock');
  });

  const refused = new ObjectStoreError('k', 'AccessDenied', { retryable: false });
  const put = (error: Error) => ({ ...harness.deps.objects, put: () => Promise.reject(error) });

  it('because the store refuses everyone waits, a person is told at once, and nothing more is taken', async () => {
    const deps = { ...withFailingStore(refused), objects: put(refused) };
    expect(await dispatch(deps, harness.job)).toMatchObject({ kind: 'snoozed', storeUnavailable: true });
    expect(harness.training().needsAttention).toMatchObject({
      reason: expect.stringContaining('AccessDenied'),
    });
    expect((await harness.deps.store.getControl()).gate).toMatchObject({
      reason: expect.stringContaining('AccessDenied'),
      reopensWhen: 'store_probe',
    });
    await recheckGate({ ...deps, store: harness.deps.store });
    expect((await harness.deps.store.getControl()).gate).toBeDefined();
    await recheckGate(harness.deps);
    expect((await harness.deps.store.getControl()).gate).toBeUndefined();
  });

  it('because the store refuses its document alone ends, and says which', async () => {
    await dispatch(withFailingStore(refused), harness.job);
    expect(harness.training()).toMatchObject({
      status: 'failed',
      failure: { class: 'configuration', code: 'store_refused', message: 'k: AccessDenied' },
    });
    expect((await harness.deps.store.getControl()).gate).toBeUndefined();
  });

  it('although one document was refused waits as for any store that is away, when it is away by then', async () => {
    await dispatch({ ...withFailingStore(refused), objects: put(storeUnavailable()) }, harness.job);
    expect(harness.training()).toMatchObject({
      status: 'queued',
      reason: expect.stringContaining('no route'),
    });
  });

  it('for captions that may not be read in another’s bucket is sent without them', async () => {
    const objects = { ...harness.deps.objects, getUri: () => Promise.reject(refused) };
    expect(await dispatch({ ...harness.deps, objects }, harness.job)).toMatchObject({ kind: 'submitted' });
  });

  it('because the store is away waits longer each time, and a person is told after a while', async () => {
    const waits: number[] = [];
    const told: boolean[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      await dispatch(withFailingStore(storeUnavailable()), harness.job);
      waits.push(getSnoozeMs() / 1_000);
      told.push(harness.training().needsAttention !== undefined);
      harness.advanceMs(getSnoozeMs());
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 600, 600]);
    expect(told).toEqual([false, false, false, false, false, true, true]);
    await dispatch(harness.deps, harness.job);
    expect(harness.training()).toMatchObject({ status: 'submitted' });
    expect(harness.training().needsAttention).toBeUndefined();
  });

  it('for its data has a version with their digest, so that the failure is counted', async () => {
    await harness.deps.objects.delete('images/a.png');
    await dispatch(harness.deps, harness.job);
    expect(harness.training()).toMatchObject({ status: 'failed', failure: { class: 'data' } });
    expect(harness.versions).toMatchObject([{ training_id: 't1', data_digest: expect.any(String) }]);
    expect(harness.calls).not.toContain('submit');
  });

  it('since its template is another now ends, and says how to go on', async () => {
    const workflows = { ...harness.deps.workflows, templateHash: () => 'another' };
    await dispatch({ ...harness.deps, workflows }, harness.job);
    expect(harness.training()).toMatchObject({
      status: 'failed',
      failure: { code: 'template_changed', message: expect.stringContaining('retry') },
    });
    expect(harness.versions).toEqual([]);
  });
});

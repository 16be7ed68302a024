import { beforeEach, describe, expect, it } from 'vitest';
import { createDispatchHarness, type DispatchHarness } from '../../test/dispatch-harness.ts';
import { CorruptDocumentError, ObjectStoreError } from '../errors.ts';
import { recheckGate } from '../gate/gate.ts';
import { SubjectAmbiguousError } from '../ports/storage/entry-fault.ts';
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

describe('the preparation of a training', () => {
  it('writes the version before the request is sent to RunPod', async () => {
    const { provider } = harness.deps;
    const written: number[] = [];
    const submit: typeof provider.submit = (...args) => {
      written.push(harness.versions.length);
      return provider.submit(...args);
    };
    const result = await dispatch({ ...harness.deps, provider: { ...provider, submit } }, harness.job);
    expect(result).toMatchObject({ kind: 'submitted' });
    expect(written).toEqual([1]);
  });

  it('fails with class configuration for a corrupt document', async () => {
    await dispatch(withFailingStore(new CorruptDocumentError('manifest.json', 'not JSON')), harness.job);
    expect(harness.training()).toMatchObject({
      status: 'failed',
      failure: { class: 'configuration', code: 'corrupt_document' },
    });
    expect(harness.calls).toContain('finished lock failed');
  });

  it('fails with class configuration for manifests of its subject that differ', async () => {
    const fault = { key: '19_manifest.json', fault: '19_manifest.json and 0019_manifest.json differ' };
    await dispatch(withFailingStore(new SubjectAmbiguousError(fault)), harness.job);
    expect(harness.training()).toMatchObject({
      status: 'failed',
      failure: { class: 'configuration', code: 'subject_ambiguous', message: fault.fault },
    });
  });

  it('is snoozed and needs attention for an unexpected error', async () => {
    await dispatch(withFailingStore(new TypeError('x is not a function')), harness.job);
    expect(harness.training()).toMatchObject({
      status: 'queued',
      needsAttention: { reason: expect.stringContaining('x is not a function') },
    });
    expect(harness.calls.at(-1)).toBe('requeued lock');
  });

  const refused = new ObjectStoreError('k', 'AccessDenied', { retryable: false });
  const put = (error: Error) => ({ ...harness.deps.objects, put: () => Promise.reject(error) });

  it('is snoozed, needs attention and closes the gate when the object store refuses every write', async () => {
    const deps = { ...withFailingStore(refused), objects: put(refused) };
    expect(await dispatch(deps, harness.job)).toMatchObject({ kind: 'snoozed', cause: 'refused' });
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

  it('fails and names the document when the object store refuses this document alone', async () => {
    await dispatch(withFailingStore(refused), harness.job);
    expect(harness.training()).toMatchObject({
      status: 'failed',
      failure: { class: 'configuration', code: 'store_refused', message: 'k: AccessDenied' },
    });
    expect((await harness.deps.store.getControl()).gate).toBeUndefined();
  });

  it('is snoozed when the object store becomes unavailable after it refused a document', async () => {
    await dispatch({ ...withFailingStore(refused), objects: put(storeUnavailable()) }, harness.job);
    expect(harness.training()).toMatchObject({
      status: 'queued',
      reason: expect.stringContaining('no route'),
    });
  });

  it('omits the captions of a foreign bucket that refuses them', async () => {
    const objects = { ...harness.deps.objects, getUri: () => Promise.reject(refused) };
    expect(await dispatch({ ...harness.deps, objects }, harness.job)).toMatchObject({ kind: 'submitted' });
  });

  it('is snoozed for 30 s to 10 min while the object store is unavailable, and needs attention after 10 min', async () => {
    const waits: number[] = [];
    const needsAttention: boolean[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      await dispatch(withFailingStore(storeUnavailable()), harness.job);
      waits.push(getSnoozeMs() / 1_000);
      needsAttention.push(harness.training().needsAttention !== undefined);
      harness.advanceMs(getSnoozeMs());
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 600, 600]);
    expect(needsAttention).toEqual([false, false, false, false, false, true, true]);
    await dispatch(harness.deps, harness.job);
    expect(harness.training()).toMatchObject({ status: 'submitted' });
    expect(harness.training().needsAttention).toBeUndefined();
  });

  it('fails for a faulty dataset and writes its digest into the version, by which auto-train counts the failure', async () => {
    await harness.deps.objects.delete('images/a.png');
    await dispatch(harness.deps, harness.job);
    expect(harness.training()).toMatchObject({ status: 'failed', failure: { class: 'data' } });
    expect(harness.versions).toMatchObject([{ training_id: 't1', data_digest: expect.any(String) }]);
    expect(harness.calls).not.toContain('submit');
  });

  it('fails for a template that changed since accept, and advises a retry', async () => {
    const workflows = { ...harness.deps.workflows, templateHash: () => 'changed' };
    await dispatch({ ...harness.deps, workflows }, harness.job);
    expect(harness.training()).toMatchObject({
      status: 'failed',
      failure: { code: 'template_changed', message: expect.stringContaining('retry') },
    });
    expect(harness.versions).toEqual([]);
  });
});

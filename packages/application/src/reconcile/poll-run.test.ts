import { beforeEach, describe, expect, it } from 'vitest';
import { createMemorySystem, type MemorySystem } from '../../test/memory-system.ts';
import { cancelTraining, ObjectStoreError, SubjectAmbiguousError } from '../index.ts';

let system: MemorySystem;
beforeEach(async () => {
  system = await createMemorySystem();
});

const CRASH = { class: 'provider', code: 'worker_crash', message: 'worker exited with exit code 1' } as const;
const OUT_OF_MEMORY = { class: 'out_of_memory', code: 'oom', message: 'CUDA out of memory' } as const;
const DATA_FAULT = { class: 'data', code: 'no_files', message: 'No files were downloaded from S3' } as const;

describe('a run', () => {
  it('that crashed is retried once', async () => {
    system.provider.plans.push({ failure: CRASH });
    expect(await system.waitForStatus(await system.accept(), 'completed')).toMatchObject({
      attemptsSpent: 2,
    });
  });

  it('that ran out of memory fails the training without a retry and is recorded in the manifest', async () => {
    system.provider.plans.push({ failure: OUT_OF_MEMORY });
    const failed = await system.waitForStatus(await system.accept(), 'failed');
    expect(failed).toMatchObject({ failure: { class: 'out_of_memory' }, attemptsStarted: 1 });
    await system.run(60_000);
    expect(await system.deps.manifests.listVersions(failed.request.subject)).toMatchObject([
      { status: 'failed', error: expect.stringMatching(/memory/i) },
    ]);
  });

  it('that completed without an output is found in the object store', async () => {
    system.provider.plans.push({ reportsOutput: false });
    await system.waitForStatus(await system.accept(), 'completed');
  });

  it('that completed without a model fails the training', async () => {
    system.provider.plans.push({ reportsOutput: false, upload: 'none' });
    expect(await system.waitForStatus(await system.accept(), 'failed')).toMatchObject({
      failure: { code: 'output_missing' },
    });
  });

  it('whose container ignores output_key is found under the name of its model', async () => {
    system.provider.plans.push({ reportsOutput: false, upload: 'model_name' });
    const completed = await system.waitForStatus(await system.accept(), 'completed');
    expect(completed).toMatchObject({ model: { loraUrl: expect.stringContaining('V1.safetensors') } });
  });

  it('does not adopt a model whose name two concurrent runs used', async () => {
    const upload = 'model_name';
    system.provider.plans.push({ failure: DATA_FAULT, endsAt: 1.5 }, { reportsOutput: false, upload });
    const style = {
      subject: { kind: 'style', id: '16' },
      force: true,
      images: ['s3://local/images/b.png'],
    } as const;
    await system.deps.objects.put('images/b.txt', 'a foggy valley with pine trees');
    const first = await system.accept(style);
    await system.waitForStatus(first, 'running');
    const second = await system.accept({ ...style, hyperparameters: { max_train_steps: 500 } });
    await system.waitForStatus(first, 'failed');
    expect(await system.load(first)).toMatchObject({ failure: { class: 'data' } });
    expect((await system.load(second)).status).not.toBe('queued');
  });

  it('does not adopt the model of a different actor under the same given name', async () => {
    const ignoresKey = { reportsOutput: false, upload: 'model_name' } as const;
    system.provider.plans.push({ failure: DATA_FAULT, endsAt: 1.5 }, ignoresKey);
    const failing = await system.accept({ modelName: 'shared' });
    await system.waitForStatus(failing, 'running');
    await system.accept({ modelName: 'shared' });
    expect(await system.waitForStatus(failing, 'failed')).toMatchObject({ failure: { class: 'data' } });
  });

  it('that is missing after its deadline ends the training although the object store refuses', async () => {
    system.provider.plans.push({ hangs: true });
    const training = await system.accept();
    await system.waitForStatus(training, 'running');
    const headUri = async () => {
      throw new ObjectStoreError('bucket', 'Access Denied', { retryable: false });
    };
    Object.assign(system.deps.objects, { headUri });
    Object.assign(system.provider, { observe: async () => ({ kind: 'missing' }) });
    expect(await system.waitForStatus(training, 'failed')).toMatchObject({ failure: { code: 'lost' } });
  });

  it('that failed is marked once and ends although the object store refuses in different words each time', async () => {
    system.provider.plans.push({ failure: DATA_FAULT });
    const training = await system.accept();
    await system.waitForStatus(training, 'running');
    let calls = 0;
    const headUri = async () => {
      calls += 1;
      throw new ObjectStoreError('bucket', `Access Denied (request ${calls})`, { retryable: false });
    };
    Object.assign(system.deps.objects, { headUri });
    await system.waitForStatus(training, 'failed');
    const events = await system.deps.store.listEvents(training.id);
    expect(events.filter(({ type }) => type === 'attention_raised')).toHaveLength(1);
  });

  it('that ended well needs attention while manifests of its subject differ, and completes afterwards', async () => {
    const training = await system.accept();
    await system.waitForStatus(training, 'running');
    const { manifests } = system.deps;
    const { finalizeVersion } = manifests;
    const fault = { key: '19_manifest.json', fault: '19_manifest.json and 0019_manifest.json differ' };
    Object.assign(manifests, { finalizeVersion: () => Promise.reject(new SubjectAmbiguousError(fault)) });
    const stopped = await system.waitForStatus(training, 'finalizing');
    const attention = await system.waitFor(async () => (await system.load(stopped)).needsAttention);
    expect(attention.reason).toContain('differ');
    Object.assign(manifests, { finalizeVersion });
    expect((await system.waitForStatus(training, 'completed')).needsAttention).toBeUndefined();
  });

  it('beyond its execution timeout is stopped, and its training is timed out without a retry', async () => {
    system = await createMemorySystem({ settings: { executionTimeoutMs: 60_000 } });
    system.provider.plans.push({ hangs: true });
    expect(await system.waitForStatus(await system.accept(), 'timed_out')).toMatchObject({
      attemptsStarted: 1,
    });
    expect(system.provider.countLive()).toBe(0);
  });
});

describe('a cancellation', () => {
  it('is repeated when the provider did not know the run, so that the run is not paid for to its end', async () => {
    const training = await system.accept();
    await system.waitForStatus(training, 'running');
    system.provider.cancelResults.push({ kind: 'missing' });
    await cancelTraining(system.deps, training.id, 'ana');
    await system.waitForStatus(training, 'cancelled');
    expect(system.provider.runs.map(({ outcome }) => outcome?.status)).toEqual(['cancelled']);
  });

  it('of a queued training removes it from the queue', async () => {
    await system.deps.store.setControl({ paused: true });
    const training = await system.accept();
    expect(await cancelTraining(system.deps, training.id, 'ana')).toMatchObject({ status: 'cancelled' });
    expect(await system.deps.queue.withLiveJob([training.id])).toEqual(new Set());
    await system.deps.store.setControl({ paused: false });
    await system.waitForStatus(await system.accept(), 'completed');
    expect(system.provider.runs).toHaveLength(1);
  });
});

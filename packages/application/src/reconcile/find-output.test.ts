import type { Training, TrainingStatus } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import type { TrainingStore } from '../ports/training-store/index.ts';
import { createMemoryObjectStore } from '../testing/memory/object-store.ts';
import { findOutput, type OutputSearch } from './find-output.ts';

const STARTED_AT = Date.now();
const subject = { kind: 'style', id: 'ink' };
const attempt = {
  startedAt: STARTED_AT,
  modelName: 'style_ink',
  versionName: 'V2',
  outputKey: 'models/b/attempt-1.safetensors',
};
const search = { id: 'b', request: { subject }, attempt } as unknown as OutputSearch;

function other(status: TrainingStatus, more: object): Training {
  return {
    id: 'a',
    status,
    attemptsStarted: 1,
    versionName: 'V1',
    request: { subject },
    ...more,
  } as unknown as Training;
}

async function find(...others: readonly Training[]) {
  return findIn('style_ink.safetensors', others);
}

async function findIn(key: string, others: readonly Training[], startedAt = STARTED_AT) {
  const objects = createMemoryObjectStore();
  await objects.put(key, new Uint8Array(8));
  return findOutput(
    {
      objects,
      store: { list: async () => ({ items: others }) } as unknown as TrainingStore,
      clock: { now: () => STARTED_AT, monotonic: () => 0, realMs: (ms) => ms, fromReal: (ms) => ms },
      settings: { outputLookup: ['output_key', '{model_name}.safetensors'] } as never,
    },
    { ...search, attempt: { ...search.attempt, startedAt } },
  );
}

describe('the look for a model under the key that is its own', () => {
  const TOMORROW = STARTED_AT + 24 * 3_600_000;

  it('finds it whatever clock wrote when it was made, and whoever else has its name', async () => {
    const found = await findIn(attempt.outputKey, [other('running', { attempt })], TOMORROW);
    expect(found).toMatchObject({ sizeBytes: 8 });
  });

  it('takes nothing older than the submission from any other place', async () => {
    expect(await findIn('style_ink.safetensors', [], TOMORROW)).toBeUndefined();
  });
});

describe('the look for a model where a container puts it that knows no output key', () => {
  it('finds it under the name of the model', async () => {
    expect(await find()).toMatchObject({ sizeBytes: 8 });
  });

  it('takes nothing that a run of the same name may have written meanwhile', async () => {
    expect(await find(other('running', { attempt }))).toBeUndefined();
    expect(await find(other('completed', { attempt, endedAt: STARTED_AT + 1 }))).toBeUndefined();
  });

  it('takes nothing that an attempt may have written whose training waits again', async () => {
    expect(await find(other('queued', {}))).toBeUndefined();
    expect(await find(other('queued', { attemptsStarted: 0 }))).toBeDefined();
  });

  it('takes nothing of one that ended within the grain of the store’s clock before', async () => {
    expect(await find(other('completed', { attempt, endedAt: STARTED_AT - 1_000 }))).toBeUndefined();
    expect(await find(other('completed', { attempt, endedAt: STARTED_AT - 60_000 }))).toBeDefined();
  });
});

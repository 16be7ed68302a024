import { DEFAULT_OUTPUT_DIR_TEMPLATE, type Training, type TrainingStatus } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { UnreadableTrainingError } from '../errors.ts';
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

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function find(...others: readonly Training[]) {
  return findIn('style_ink.safetensors', others);
}

const settings = {
  outputLookup: ['output_key', '{model_name}.safetensors'],
  containerOutputDir: DEFAULT_OUTPUT_DIR_TEMPLATE,
};

interface SearchOptions {
  readonly startedAt?: number;
  readonly settings?: Partial<typeof settings>;
  readonly names?: { readonly outputName: string };
}

async function findIn(key: string, others: readonly Training[], options: SearchOptions = {}) {
  const { startedAt = STARTED_AT, settings: changed, names } = options;
  const objects = createMemoryObjectStore();
  await objects.put(key, new Uint8Array(8));
  return findOutput(
    {
      objects,
      store: { list: async () => ({ items: others }) } as unknown as TrainingStore,
      log,
      clock: { now: () => STARTED_AT, monotonic: () => 0, realMs: (ms) => ms, fromReal: (ms) => ms },
      settings: { ...settings, ...changed } as never,
    },
    { ...search, attempt: { ...search.attempt, ...names, startedAt } },
  );
}

describe('the search for a model under its own output key', () => {
  const TOMORROW = STARTED_AT + 24 * 3_600_000;

  it('finds the model with any date, also while a live run has the same model name', async () => {
    const found = await findIn(attempt.outputKey, [other('running', { attempt })], {
      startedAt: TOMORROW,
    });
    expect(found).toMatchObject({ sizeBytes: 8 });
  });

  it('ignores a file at a different location that is older than the submission', async () => {
    expect(await findIn('style_ink.safetensors', [], { startedAt: TOMORROW })).toBeUndefined();
  });
});

describe('the search for a model of a container without output keys', () => {
  it('finds the model under its name', async () => {
    expect(await find()).toMatchObject({ sizeBytes: 8 });
  });

  it('ignores a file that a live run with the same model name may have written', async () => {
    expect(await find(other('running', { attempt }))).toBeUndefined();
    expect(await find(other('completed', { attempt, endedAt: STARTED_AT + 1 }))).toBeUndefined();
  });

  it('ignores a file that an earlier run of a requeued training may have written', async () => {
    expect(await find(other('queued', {}))).toBeUndefined();
    expect(await find(other('queued', { attemptsStarted: 0 }))).toBeDefined();
  });

  it('ignores the file of a run that ended up to 2 s before the submission', async () => {
    expect(await find(other('completed', { attempt, endedAt: STARTED_AT - 1_000 }))).toBeUndefined();
    expect(await find(other('completed', { attempt, endedAt: STARTED_AT - 60_000 }))).toBeDefined();
  });
});

describe('the search for a model of a container with a fixed output folder', () => {
  const options = {
    settings: { outputLookup: ['{output_name}.safetensors'], containerOutputDir: '/output' },
    names: { outputName: 'style_ink-0000000b' },
  };

  it('finds the model under the output name of its attempt, also while a run has the same model name', async () => {
    const others = [other('running', { attempt: { ...attempt, outputName: 'style_ink-0000000a' } })];
    expect(await findIn('style_ink-0000000b.safetensors', others, options)).toMatchObject({ sizeBytes: 8 });
    expect(await findIn('style_ink.safetensors', others, options)).toBeUndefined();
  });
});

describe('an unreadable training of any subject', () => {
  async function findBeside(key: string) {
    const objects = createMemoryObjectStore();
    await objects.put(key, new Uint8Array(8));
    const unreadable = async (): Promise<never> => {
      throw new UnreadableTrainingError('old', 'layout 1');
    };
    const loadAll = async (ids: readonly string[]) => (ids.includes('old') ? unreadable() : []);
    const listIds = async () => ({ items: ['old', 'c'] });
    const logged: string[] = [];
    const found = await findOutput(
      {
        objects,
        store: { list: unreadable, listIds, loadAll } as unknown as TrainingStore,
        log: { ...log, error: (event) => void logged.push(event) },
        clock: { now: () => STARTED_AT, monotonic: () => 0, realMs: (ms) => ms, fromReal: (ms) => ms },
        settings: settings as never,
      },
      search,
    );
    return { found, logged };
  }

  it('does not stop the search, and a file that its run may have written is not adopted', async () => {
    expect(await findBeside('style_ink.safetensors')).toEqual({
      found: undefined,
      logged: ['training_unreadable'],
    });
  });

  it('does not affect the model under the output key of the attempt', async () => {
    expect(await findBeside(attempt.outputKey)).toMatchObject({ found: { sizeBytes: 8 }, logged: [] });
  });
});

import { describe, expect, test } from 'vitest';
import { SettingsError } from './error.ts';
import { readSettings } from './settings.ts';

const enough = {
  MODEL_TRAINING_RUNPOD_API_KEY: 'rp_key_that_is_secret',
  MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'ep1',
  REDIS_URL: 'redis://127.0.0.1:6379',
  OBJECT_STORE_URL: 'file:store',
};

function faultsOf(source: Record<string, string | undefined>) {
  try {
    readSettings(source);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('settings', () => {
  test('are complete with four values; the rest have defaults', () => {
    expect(readSettings(enough)).toMatchObject({
      TRAINING_CONCURRENCY: 2,
      POLL_INTERVAL_SECONDS: 30,
      MAX_ATTEMPTS: 2,
      HOST: '127.0.0.1',
      ACTOR_POLICY: 'flux-presets',
      OUTPUT_LOOKUP: ['output_key', '{model_name}.safetensors'],
    });
  });

  test('that are missing are told in the seeds’ own words, all at once', () => {
    expect(faultsOf({})).toEqual([
      'RunPod API key is required',
      'MODEL_TRAINING_RUNPOD_ENDPOINT_ID environment variable is required',
      'REDIS_URL is required',
    ]);
  });

  test('with an empty value count as not set', () => {
    expect(readSettings({ ...enough, PORT: '  ' }).PORT).toBe(8787);
  });

  test.each(['2abc', '2.5', '0x2', '1e3', '-1', '0', '1001', 'two'])(
    'refuse %s as a whole number',
    (text) => {
      expect(faultsOf({ ...enough, TRAINING_CONCURRENCY: text })).toEqual([
        'TRAINING_CONCURRENCY must be a whole number, 1 to 1000',
      ]);
    },
  );

  test('name every fault at once, those of several settings together among them', () => {
    const faults = faultsOf({ ...enough, PORT: '70000', EXCLUSIVE_ENDPOINT: 'maybe', SB_HP_STYLE_MIN: 'x' });
    expect(faults).toHaveLength(3);
    expect(faults.join(' ')).toMatch(/EXCLUSIVE_ENDPOINT.*PORT.*SB_HP_STYLE_MIN/);
  });

  test('are read under the seeds’ other names', () => {
    const { MODEL_TRAINING_RUNPOD_API_KEY: _, OBJECT_STORE_URL: __, ...rest } = enough;
    const settings = readSettings({
      ...rest,
      RUNPOD_API_KEY: 'other-key',
      BASE_URL: 'https://example.com/',
      WEBHOOK_SECRET: 'sixteen characters',
      AWS_ACCESS_KEY: 'a',
      AWS_ACCESS_SECRET: 'b',
      S3_USER_BUCKET: 'my-bucket',
    });
    expect(settings).toMatchObject({
      MODEL_TRAINING_RUNPOD_API_KEY: 'other-key',
      GATEWAY_BASE_URL: 'https://example.com',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      OBJECT_STORE_URL: 's3://my-bucket',
    });
  });

  test('prefer the first name to its alias', () => {
    expect(readSettings({ ...enough, RUNPOD_API_KEY: 'other' }).MODEL_TRAINING_RUNPOD_API_KEY).toBe(
      enough.MODEL_TRAINING_RUNPOD_API_KEY,
    );
  });

  test('never show the value of a secret, nor any other', () => {
    const faults = faultsOf({
      ...enough,
      API_KEYS: 'short',
      WEBHOOK_SECRET: 'tiny',
      REDIS_URL: 'hunter2',
      PORT: 'zzz9',
    });
    expect(faults).toHaveLength(4);
    expect(faults.join(' ')).not.toMatch(/short|tiny|hunter2|zzz9/);
  });

  test('refuse to listen beyond this machine without keys', () => {
    expect(faultsOf({ ...enough, HOST: '0.0.0.0' })).toEqual([
      'HOST may leave this machine only when API_KEYS is set',
    ]);
  });

  test('take keys with and without a scope', () => {
    const { API_KEYS } = readSettings({ ...enough, API_KEYS: 'read:0123456789abcdef, fedcba9876543210' });
    expect(API_KEYS).toEqual([
      { key: '0123456789abcdef', scope: 'read' },
      { key: 'fedcba9876543210', scope: 'admin' },
    ]);
  });

  test('name the day of the price, and know a GPU by its usual names', () => {
    for (const name of ['NVIDIA GeForce RTX 4090', '4090 PRO', 'rtx-4090'])
      expect(readSettings({ ...enough, GPU_TYPE: name })).toMatchObject({
        usdPerSecond: 0.00031,
        price: { gpuType: name, asOf: '2026-06-08' },
      });
    expect(() => readSettings({ ...enough, GPU_TYPE: 'X1', GPU_PRICES: 'X1=0.001' })).toThrow(
      /GPU_PRICES_AS_OF/,
    );
  });

  test('refuse a budget whose price is not known, and a time zone that does not exist', () => {
    expect(() => readSettings({ ...enough, BUDGET_DAY_USD: '5' })).toThrow(
      /BUDGET_DAY_USD needs a known price/,
    );
    expect(() => readSettings({ ...enough, BUDGET_TIME_ZONE: 'Europe/Atlantis' })).toThrow(/time zone/);
    expect(readSettings({ ...enough, BUDGET_DAY_USD: '5', GPU_TYPE: 'A100' }).BUDGET_DAY_USD).toBe(5);
  });

  test('know the price of the GPU, times the GPUs of a worker', () => {
    expect(readSettings({ ...enough, GPU_TYPE: 'a100', GPUS_PER_WORKER: '2' }).usdPerSecond).toBeCloseTo(
      0.00152,
    );
    const own = { ...enough, GPU_TYPE: 'X1', GPU_PRICES: 'X1=0.001', GPU_PRICES_AS_OF: '2026-11-01' };
    expect(readSettings(own).usdPerSecond).toBe(0.001);
    expect(faultsOf({ ...enough, GPU_TYPE: 'X1' })[0]).toMatch(
      /^GPU_TYPE is in no price table; known are .*A4000/,
    );
  });

  test('need an anchor where time is scaled', () => {
    expect(faultsOf({ ...enough, TIME_FACTOR: '400' })).toEqual([
      'TIME_ANCHOR_MS is required with TIME_FACTOR',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { parseEnv } from './env.ts';

describe('the settings of the simulator', () => {
  it('require only an object store', () => {
    expect(parseEnv({ OBJECT_STORE_URL: 'file:./store' })).toMatchObject({
      host: '127.0.0.1',
      port: 8790,
      options: { workers: 8, timeScale: 1, pace: { secondsPerStep: 1.5 } },
    });
  });

  it('contain several keys, and a fixed duration that replaces the duration per step', () => {
    const { options } = parseEnv({
      OBJECT_STORE_URL: 's3://bucket/prefix',
      SIMULATOR_RUN_MS: '60000',
      SIMULATOR_IGNORE_OUTPUT_KEY: 'true',
      RUNPOD_API_KEY: 'one, two',
      SIMULATOR_TIME_SCALE: '0.001',
    });
    expect(options).toMatchObject({
      pace: { durationMs: 60_000 },
      ignoreOutputKey: true,
      apiKeys: ['one', 'two'],
      timeScale: 0.001,
    });
  });

  it('name each invalid setting without its value', () => {
    const parse = () => parseEnv({ PORT: 'the-value', SIMULATOR_TIME_SCALE: '0' });
    expect(parse).toThrow(/OBJECT_STORE_URL[\s\S]*PORT|PORT[\s\S]*OBJECT_STORE_URL/);
    expect(parse).toThrow(/SIMULATOR_TIME_SCALE/);
    expect(parse).not.toThrow(/the-value/);
  });
});

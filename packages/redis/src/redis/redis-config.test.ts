import { describe, expect, test } from 'vitest';
import { assertRedisConfig, checkRedisConfig } from './redis-config.ts';

const VALID = {
  version: '7.0.15',
  evictionPolicy: 'noeviction',
  appendOnly: true,
  appendFsync: 'always',
} as const;

function listProblems(...input: Parameters<typeof checkRedisConfig>) {
  return checkRedisConfig(...input)
    .filter(({ status }) => status !== 'ok')
    .map(({ status, text }) => `${status}: ${text}`);
}

describe('the check of a Redis server', () => {
  test('accepts 6.2 and newer with noeviction and appendfsync always', () => {
    for (const version of ['6.2.0', '7.0.15', '10.0.1'])
      expect(listProblems({ ...VALID, version })).toEqual([]);
  });

  test('reports every fault at once: old version, eviction and no AOF', () => {
    const properties = { version: '6.0.16', evictionPolicy: 'allkeys-lru', appendOnly: false };
    expect(listProblems(properties)).toEqual([
      'fault: version is 6.0.16; 6.2 or newer is required',
      'fault: maxmemory-policy is allkeys-lru; only noeviction keeps every training',
      'fault: appendonly is no; accepted trainings would be lost in a restart',
    ]);
    expect(() => assertRedisConfig(properties)).toThrow(/6\.0\.16.*allkeys-lru.*appendonly is no/);
  });

  test('warns of appendfsync everysec, which can lose one second of changes', () => {
    expect(listProblems({ ...VALID, appendFsync: 'everysec' })[0]).toMatch(
      /^warning: appendfsync is everysec/,
    );
  });

  test('warns of a Redis without AOF when the settings allow it', () => {
    expect(listProblems({ ...VALID, appendOnly: false }, { withoutAof: true })).toEqual([
      'warning: appendonly is no; accepted trainings would be lost in a restart',
    ]);
  });

  test('warns of properties that the server does not report', () => {
    expect(assertRedisConfig({}).map(({ text }) => text)).toEqual([
      'version is unknown: the server does not report it',
      'maxmemory-policy is unknown: the server does not report it',
      'appendonly is unknown: the server does not report it',
    ]);
  });
});

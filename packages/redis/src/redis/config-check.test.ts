import { describe, expect, test } from 'vitest';
import { assertRedisConfig, checkRedisConfig } from './config-check.ts';

const sound = {
  version: '7.0.15',
  evictionPolicy: 'noeviction',
  appendOnly: true,
  appendFsync: 'always',
} as const;

function faultsOf(...asked: Parameters<typeof checkRedisConfig>) {
  return checkRedisConfig(...asked)
    .filter(({ status }) => status !== 'ok')
    .map(({ status, text }) => `${status}: ${text}`);
}

describe('a Redis', () => {
  test('of 6.2 or newer that evicts nothing and writes every change is fit', () => {
    for (const version of ['6.2.0', '7.0.15', '10.0.1']) expect(faultsOf({ ...sound, version })).toEqual([]);
  });

  test('that is too old, evicts and keeps no file is told all of it at once, and refused', () => {
    const facts = { version: '6.0.16', evictionPolicy: 'allkeys-lru', appendOnly: false };
    expect(faultsOf(facts)).toEqual([
      'fault: version 6.0.16, 6.2 or newer is needed',
      'fault: maxmemory-policy is allkeys-lru; only noeviction keeps every training',
      'fault: appendonly is off; what was accepted would not survive a restart',
    ]);
    expect(() => assertRedisConfig(facts)).toThrow(/6\.0\.16.*allkeys-lru.*appendonly is off/);
  });

  test('that may lose a second is warned of', () => {
    expect(faultsOf({ ...sound, appendFsync: 'everysec' })[0]).toMatch(/^warning: appendfsync is everysec/);
  });

  test('without a file is only warned of where that is allowed', () => {
    expect(faultsOf({ ...sound, appendOnly: false }, { withoutAof: true })).toEqual([
      'warning: appendonly is off; what was accepted would not survive a restart',
    ]);
  });

  test('that does not tell is unknown, not refused', () => {
    expect(assertRedisConfig({}).map(({ text }) => text)).toEqual([
      'version unknown: the server does not tell',
      'maxmemory-policy unknown: the server does not tell',
      'appendonly unknown: the server does not tell',
    ]);
  });
});

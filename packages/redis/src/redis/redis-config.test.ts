import { describe, expect, test } from 'vitest';
import { checkRedisConfig } from './redis-config.ts';

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
    expect(listProblems({ infoForbidden: true })).toEqual([
      'warning: version is unknown: the server does not report it',
      'warning: maxmemory-policy is unknown: the server does not report it',
      'warning: appendonly is unknown: the server does not report it',
      'warning: the user may not run INFO: role and memory are unknown',
    ]);
  });

  test('refuses a replica and a node of a cluster', () => {
    expect(listProblems({ ...VALID, role: 'slave', clusterEnabled: true })).toEqual([
      'fault: it is a replica; use the address of its master',
      expect.stringMatching(/^fault: Redis Cluster is not supported/),
    ]);
  });

  test('requires INFO and min-replicas-to-write with Sentinel', () => {
    const waitReplicas = 2;
    expect(listProblems({ ...VALID, infoForbidden: true }, { waitReplicas })[0]).toMatch(
      /^fault: the user may not run INFO/,
    );
    expect(listProblems(VALID, { waitReplicas })).toEqual([
      'fault: min-replicas-to-write is 0; Sentinel requires min-replicas-to-write 1',
    ]);
    expect(listProblems({ ...VALID, goodReplicas: 1 }, { waitReplicas })).toEqual([
      'warning: 1 of 2 replicas are connected; new trainings are refused',
    ]);
    expect(listProblems({ ...VALID, goodReplicas: 2 }, { waitReplicas })).toEqual([]);
  });
});

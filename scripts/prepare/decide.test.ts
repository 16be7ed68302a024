import { describe, expect, test } from 'vitest';
import {
  chooseBrowserSource,
  chooseRedisSource,
  formatMissingProgram,
  formatMissingPython,
  formatMissingRedis,
  isRedisNewEnough,
  needsInstall,
} from './decide.mjs';

function lock(packages: Record<string, object>) {
  return { packages: { '': {}, ...packages } };
}

describe('needsInstall', () => {
  test('installs dependencies when node_modules is absent', () => {
    expect(needsInstall(lock({ 'node_modules/a': { version: '1.0.0' } }), undefined)).toBe(true);
  });

  test('skips the installation when node_modules matches the lockfile', () => {
    const same = lock({ 'node_modules/a': { version: '1.0.0' } });
    expect(needsInstall(same, same)).toBe(false);
  });

  test('installs dependencies again when a package is missing or has a different version', () => {
    const wanted = lock({ 'node_modules/a': { version: '1.0.1' } });
    expect(needsInstall(wanted, lock({ 'node_modules/a': { version: '1.0.0' } }))).toBe(true);
    expect(needsInstall(wanted, lock({}))).toBe(true);
  });

  test('ignores packages for other platforms and the workspaces themselves', () => {
    const wanted = lock({
      'node_modules/fsevents': { version: '2.0.0', optional: true },
      'node_modules/@trainyard/cli': { link: true },
      'apps/cli': { version: '0.1.0' },
    });
    expect(needsInstall(wanted, lock({}))).toBe(false);
  });
});

describe('the source of Redis', () => {
  const machine = { isRoot: false, hasApt: false, hasDocker: false };
  const present = 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64';

  test('is the binary on the PATH if its version is supported', () => {
    expect(isRedisNewEnough(present)).toBe(true);
    expect(isRedisNewEnough('Redis server v=6.0.16 sha=0')).toBe(false);
    expect(isRedisNewEnough('Valkey server')).toBe(false);
    expect(chooseRedisSource({ ...machine, redisVersion: present, hasDocker: true })).toBe('present');
  });

  test('is Debian for root, otherwise Docker', () => {
    expect(chooseRedisSource({ ...machine, isRoot: true, hasApt: true, hasDocker: true })).toBe('apt');
    expect(chooseRedisSource({ ...machine, hasApt: true, hasDocker: true })).toBe('docker');
  });

  test('is absent with instructions for an installation by hand', () => {
    expect(chooseRedisSource(machine)).toBe('none');
    expect(formatMissingRedis(undefined)).toMatch(/apt-get install redis-server[\s\S]*brew install redis/);
    expect(formatMissingRedis('Redis server v=5.0.3')).toContain('too old (Redis server v=5.0.3)');
  });
});

describe('the source of Chromium', () => {
  const machine = { isRoot: false, hasApt: false, missing: ['chromium'] };

  test('is Debian for root, otherwise the download of Playwright', () => {
    expect(chooseBrowserSource({ ...machine, isRoot: true, hasApt: true })).toBe('apt');
    expect(chooseBrowserSource({ ...machine, isRoot: true })).toBe('playwright');
    expect(chooseBrowserSource({ ...machine, hasApt: true })).toBe('playwright');
  });

  test('does not provide openssl without Debian packages', () => {
    expect(chooseBrowserSource({ ...machine, missing: ['chromium', 'openssl'] })).toBe('none');
    expect(formatMissingProgram('openssl')).toMatch(/apt-get install openssl[\s\S]*brew install openssl/);
  });
});

test('the message for a missing Python names its packages', () => {
  expect(formatMissingPython()).toMatch(/python3 with venv[\s\S]*apt-get install python3 python3-venv/);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingEntries } from '../packages/runtime/src/settings/documentation.ts';

const compose = readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8');
/** Variables of the S3 server of the profile. */
const FOREIGN = ['ROOT_ACCESS_KEY', 'ROOT_SECRET_KEY'];

test('docker-compose.yml sets only known settings', () => {
  const set = [...compose.matchAll(/^ +([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name);
  const known = new Set([...settingEntries().map(({ name }) => name), ...FOREIGN]);
  expect(set.filter((name) => name === undefined || !known.has(name))).toEqual([]);
  expect(set).toContain('REDIS_URL');
});

test('docker-compose.yml requires API keys and a webhook secret', () => {
  expect(compose).toMatch(/API_KEYS: \$\{API_KEYS:\?.+\}/);
  expect(compose).toMatch(/WEBHOOK_SECRET: \$\{WEBHOOK_SECRET:\?.+\}/);
});

test('the Redis of docker-compose.yml persists every write and evicts no key', () => {
  const command = compose.replace(/\n\s+- /g, ' ');
  expect(command).toContain('redis-server --appendonly "yes" --appendfsync always --maxmemory ');
  expect(command).toContain(' --maxmemory-policy noeviction');
});

test('docker-compose.yml checks the readiness of every process', () => {
  expect(compose.match(/127\.0\.0\.1:\d+\/readyz/g)).toEqual([
    '127.0.0.1:8790/readyz',
    '127.0.0.1:8787/readyz',
  ]);
  expect(compose.match(/<<: \*worker$/gm)).toHaveLength(2);
  expect(compose).toContain('HEALTH_PORT: "8790"');
});

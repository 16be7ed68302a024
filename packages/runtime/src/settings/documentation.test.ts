import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { envExample, settingEntries, settingsTable } from './documentation.ts';
import { readSettings } from './settings.ts';

const shipped = readFileSync(new URL('../../../../.env.example', import.meta.url), 'utf8');

test('.env.example equals the output of the schema (run `npm run settings` to regenerate it)', () => {
  expect(shipped).toBe(envExample());
});

test('every default in .env.example is the default of its setting', () => {
  const defaults = [...shipped.matchAll(/^# ([A-Z][A-Z0-9_]+)=(\S.*)$/gm)].map(([, name, value]) => [
    name,
    value,
  ]);
  const documented = settingEntries().flatMap(({ name, fallback }) => (fallback ? [[name, fallback]] : []));
  expect(defaults).toEqual(documented);
});

test('every value in .env.example is valid', () => {
  const shown = shipped.matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=(?: {3}# for example )?(.+)$/gm);
  const source = Object.fromEntries([...shown].map(([, name, value]) => [name, value]));
  const secrets = {
    MODEL_TRAINING_RUNPOD_API_KEY: 'k',
    MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'e',
    WEBHOOK_SECRET: '0123456789abcdef',
  };
  expect(readSettings({ ...source, ...secrets }).PORT).toBe(8787);
});

test('every setting has a description that is a sentence', () => {
  for (const { name, description } of settingEntries()) expect(`${name}: ${description}`).toMatch(/: .+\.$/);
});

test('the settings table has a row for each setting', () => {
  for (const { name } of settingEntries()) expect(settingsTable()).toContain(`| \`${name}\``);
});

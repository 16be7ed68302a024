import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { envExample, settingEntries, settingsTable } from './documentation.ts';
import { readSettings } from './settings.ts';

const shipped = readFileSync(new URL('../../../../.env.example', import.meta.url), 'utf8');

test('.env.example is what the schema says (regenerate it with `npm run settings`)', () => {
  expect(shipped).toBe(envExample());
});

test('the values that .env.example shows are all sound', () => {
  const shown = shipped.matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=(.+)$/gm);
  const source = Object.fromEntries([...shown].map(([, name, value]) => [name, value]));
  const secrets = {
    MODEL_TRAINING_RUNPOD_API_KEY: 'k',
    MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'e',
    WEBHOOK_SECRET: '0123456789abcdef',
  };
  expect(readSettings({ ...source, ...secrets }).PORT).toBe(8787);
});

test('every setting is told of, in a group and with a sentence', () => {
  for (const { name, about } of settingEntries()) expect(`${name}: ${about}`).toMatch(/: .+\.$/);
});

test('the table has a row for each setting', () => {
  for (const { name } of settingEntries()) expect(settingsTable()).toContain(`| \`${name}\``);
});

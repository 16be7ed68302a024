import { describe, expect, test } from 'vitest';
import { SettingsError } from '../env/parse-env.ts';
import { readSettings } from './settings.ts';

const REQUIRED = {
  MODEL_TRAINING_RUNPOD_API_KEY: 'rp_key_that_is_secret',
  MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'ep1',
  REDIS_URL: 'redis://127.0.0.1:6379',
  OBJECT_STORE_URL: 's3://bucket',
};
const API_KEYS = 'a-key-of-sixteen-characters';

function listFaults(source: Record<string, string | undefined>) {
  try {
    readSettings({ ...REQUIRED, ...source });
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('CORS_ORIGINS', () => {
  test('is a list of exact origins', () => {
    const settings = readSettings({
      ...REQUIRED,
      API_KEYS,
      CORS_ORIGINS: 'http://localhost:5173, https://studio.example.com,http://[::1]:8080',
    });
    expect(settings.CORS_ORIGINS).toEqual([
      'http://localhost:5173',
      'https://studio.example.com',
      'http://[::1]:8080',
    ]);
  });

  test.each([
    '*',
    'null',
    'https://*.example.com',
    'https://studio.example.com/',
    'https://studio.example.com/app',
    'https://studio.example.com?a=1',
    'https://studio.example.com#a',
    'https://user:password@studio.example.com',
    'https://studio.example.com:443',
    'http://studio.example.com:80',
    'https://Studio.example.com',
    'studio.example.com',
    'localhost:5173',
    'file:///tmp',
    'ftp://studio.example.com',
    'https://',
    'http://localhost:5173,*',
    'null,*',
    'http://localhost:5173 https://studio.example.com',
  ])('refuses %s', (value) => {
    const faults = listFaults({ API_KEYS, CORS_ORIGINS: value });
    expect(faults).toEqual([expect.stringMatching(/^CORS_ORIGINS must be comma-separated origins/)]);
  });

  test('names loopback origins only without API_KEYS', () => {
    const loopback = 'http://localhost:5173,http://127.0.0.1:5173,http://[::1]:5173';
    expect(listFaults({ CORS_ORIGINS: loopback })).toEqual([]);
    for (const foreign of [
      'https://studio.example.com',
      'http://10.0.0.1:5173',
      'http://localhost.evil.example',
    ])
      expect(listFaults({ CORS_ORIGINS: `${loopback},${foreign}` })).toEqual([
        'CORS_ORIGINS must name loopback origins only unless API_KEYS is set',
      ]);
  });
});

describe('TRUST_PROXY', () => {
  test.each([
    ['true', true],
    ['false', false],
    ['127.0.0.1', '127.0.0.1'],
    ['10.0.0.0/8, ::1 ,fd00::/8', '10.0.0.0/8,::1,fd00::/8'],
    ['loopback,linklocal,uniquelocal', 'loopback,linklocal,uniquelocal'],
  ])('reads %s', (value, trusted) => {
    expect(readSettings({ ...REQUIRED, TRUST_PROXY: value }).TRUST_PROXY).toBe(trusted);
  });

  test.each([
    '1',
    'yes',
    'TRUE',
    'proxy.example.com',
    '10.0.0.0/33',
    '10.0.0.0/0',
    '::/129',
    '10.0.0.0/8/8',
    '10.0.0',
    '10.0.0.1,',
    ',',
    '*',
    '10.0.0.0/255.0.0.0',
  ])('refuses %s', (value) => {
    expect(listFaults({ TRUST_PROXY: value })).toEqual([
      expect.stringMatching(/^TRUST_PROXY must be true, false, or comma-separated addresses/),
    ]);
  });
});

import { z } from 'zod';
import { defaulted, optional } from '../declare.ts';
import { list, text, url, wholeNumber } from '../kinds.ts';

const group = 'HTTP';
const SCOPES = ['read', 'write', 'admin'] as const;

/** A key with what it may do; one without a scope may do everything. */
export interface ApiKey {
  readonly key: string;
  readonly scope: (typeof SCOPES)[number];
}

const MIN_KEY_LENGTH = 16;

function parseApiKey(word: string): ApiKey {
  const scope = SCOPES.find((each) => word.startsWith(`${each}:`));
  return scope === undefined ? { key: word, scope: 'admin' } : { key: word.slice(scope.length + 1), scope };
}

const apiKeys = list.transform((words, context): readonly ApiKey[] => {
  const keys = words.map(parseApiKey);
  if (keys.every(({ key }) => key.length >= MIN_KEY_LENGTH)) return keys;
  const message = `must hold keys of ${MIN_KEY_LENGTH} characters or more, parted by commas`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const secret = text('at least 16 characters long', /^.{16,}$/s);

/** How we are reached, and by whom. */
export const http = {
  HOST: defaulted(text(), '127.0.0.1', {
    group,
    about: 'Address to listen on; beyond this machine only with API_KEYS.',
  }),
  PORT: defaulted(wholeNumber(0, 65_535), '8787', { group, about: 'Port of the API.' }),
  WEBHOOK_PORT: optional(wholeNumber(0, 65_535), {
    group,
    about: 'A second port that takes webhooks alone, for tunnels.',
    example: '8788',
  }),
  HEALTH_PORT: optional(wholeNumber(0, 65_535), {
    group,
    about:
      'Where dispatcher and reconciler answer /livez, /readyz and /metrics, on HOST and without a key; nowhere without it.',
    example: '8790',
  }),
  GATEWAY_BASE_URL: optional(url('https', 'http'), {
    group,
    about: 'The public address that RunPod calls back; without one, runs are polled.',
    aliases: ['BASE_URL'],
    example: 'https://trainyard.example.com',
  }),
  NGROK_AUTHTOKEN: optional(text(), {
    group,
    about:
      'Lets `POST /api/ngrok/start` open a tunnel to the webhooks of a machine without a public address.',
    secret: true,
  }),
  API_KEYS: optional(apiKeys, {
    group,
    about:
      'Keys parted by commas, each with a scope before it if it may not do everything: read:…, write:…, admin:….',
    secret: true,
  }),
  WEBHOOK_SECRET: optional(secret, {
    group,
    about: 'Signs the addresses that RunPod calls; needed with GATEWAY_BASE_URL. `trainyard up` makes one.',
    secret: true,
  }),
  WEBHOOK_SECRET_PREVIOUS: optional(secret, {
    group,
    about: 'The secret before, still taken while runs that were given it live.',
    secret: true,
  }),
};

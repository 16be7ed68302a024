import { defaulted, optional } from '../env/declare.ts';
import { origins, text, trustedProxies, url, wholeNumber } from '../env/kinds.ts';
import { apiKeys } from './api-keys.ts';

const group = 'HTTP';
const secret = text('at least 16 characters long', /^.{16,}$/s);

/** Listening addresses, API keys and the URL for webhooks. */
export const http = {
  HOST: defaulted(text(), '127.0.0.1', {
    group,
    description: 'Address to listen on. An address other than loopback requires API_KEYS.',
  }),
  PORT: defaulted(wholeNumber(0, 65_535), '8787', { group, description: 'Port of the API.' }),
  WEBHOOK_PORT: optional(wholeNumber(0, 65_535), {
    group,
    description: 'Second port of the API, which serves only webhooks, for a tunnel.',
    example: '8788',
  }),
  HEALTH_PORT: optional(wholeNumber(0, 65_535), {
    group,
    description:
      'Port on which dispatcher and reconciler serve /livez, /readyz and /metrics, on HOST and without a key. They serve none without it.',
    example: '8790',
  }),
  GATEWAY_BASE_URL: optional(url('https', 'http'), {
    group,
    description: 'Public URL for the webhooks of RunPod. Without it, the reconciler only polls.',
    aliases: ['BASE_URL'],
    example: 'https://trainyard.example.com',
  }),
  NGROK_AUTHTOKEN: optional(text(), {
    group,
    description:
      'ngrok token, with which `POST /api/ngrok/start` opens a tunnel for webhooks to a machine without a public URL.',
    secret: true,
  }),
  API_KEYS: optional(apiKeys, {
    group,
    description:
      'Comma-separated API keys of at least 16 characters. A prefix sets the scope: read:…, write:… or admin:…; a key without a prefix is an admin key, and any other prefix is refused.',
    secret: true,
  }),
  CORS_ORIGINS: optional(origins, {
    group,
    description:
      'Comma-separated origins of other web interfaces whose pages may call the API with a key in a header. Without API_KEYS only loopback origins are allowed.',
    example: 'http://localhost:5173',
  }),
  TRUST_PROXY: optional(trustedProxies, {
    group,
    description:
      'Proxies whose X-Forwarded-For, X-Forwarded-Host and X-Forwarded-Proto headers are trusted: addresses and CIDR ranges, loopback, linklocal, uniquelocal, or true for every address. None by default.',
    example: '127.0.0.1',
  }),
  WEBHOOK_SECRET: optional(secret, {
    group,
    description:
      'Secret that signs webhook URLs, at least 16 characters. Required with GATEWAY_BASE_URL; `trainyard up` generates it.',
    secret: true,
  }),
  WEBHOOK_SECRET_PREVIOUS: optional(secret, {
    group,
    description: 'Previous WEBHOOK_SECRET, accepted until all runs that were submitted with it have ended.',
    secret: true,
  }),
};

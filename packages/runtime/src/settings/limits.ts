import { defaulted } from '../env/declare.ts';
import { wholeNumber } from '../env/kinds.ts';

const group = 'Limits';

/** Limits of the API on requests, streams, bodies and connections. Each process counts for itself. */
export const limits = {
  RATE_LIMIT_PER_KEY: defaulted(wholeNumber(1, 1_000_000), '6000', {
    group,
    description: 'Requests per minute with the same API key, from all addresses together.',
  }),
  RATE_LIMIT_PER_ADDRESS: defaulted(wholeNumber(1, 1_000_000), '6000', {
    group,
    description:
      'Requests per minute without a valid API key from the same address. Requests with a valid key are not counted.',
  }),
  REFUSED_KEYS_PER_MINUTE: defaulted(wholeNumber(1, 100_000), '10', {
    group,
    description:
      'Unknown API keys per minute and address that are answered 401; further ones are answered 429. Valid keys are never refused by this limit.',
  }),
  WEBHOOKS_PER_SECOND: defaulted(wholeNumber(1, 100_000), '2000', {
    group,
    description: 'Webhooks with a valid token per second and address.',
  }),
  WEBHOOK_BODIES_MIB: defaulted(wholeNumber(20, 10_000), '64', {
    group,
    description:
      'MiB of all webhook bodies that are being received at the same time; further webhooks are answered 503 with Retry-After.',
  }),
  STREAMS_PER_PROCESS: defaulted(wholeNumber(1, 100_000), '1000', {
    group,
    description: 'Streams of live events that are open at the same time in a process.',
  }),
  STREAMS_PER_KEY: defaulted(wholeNumber(1, 100_000), '20', {
    group,
    description: 'Streams of live events that are open at the same time with the same API key in a process.',
  }),
  REQUEST_TIMEOUT_SECONDS: defaulted(wholeNumber(1, 600), '30', {
    group,
    description: 'Seconds in which a request must arrive completely; uploads of images have 10 min.',
  }),
  CONNECTIONS_PER_PROCESS: defaulted(wholeNumber(10, 100_000), '4000', {
    group,
    description:
      'Open connections of each listener. Beyond it, the connections that wait for a request or send one slowly are closed, the oldest first.',
  }),
};

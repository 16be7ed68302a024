import { defaulted, optional } from '../declare.ts';
import { choice, positiveNumber, text, url, wholeNumber } from '../kinds.ts';

const group = 'Process';

/** What concerns the process itself. */
export const system = {
  LOG_LEVEL: defaulted(choice(['debug', 'info', 'warn', 'error', 'silent']), 'info', {
    group,
    about: 'The least grave events that are logged.',
  }),
  TIME_FACTOR: defaulted(positiveNumber(1_000_000), '1', {
    group,
    about: 'Makes every duration shorter by this factor, for the demo and tests.',
  }),
  TIME_ANCHOR_MS: optional(wholeNumber(0, Number.MAX_SAFE_INTEGER), {
    group,
    about:
      'Epoch ms at which scaled time and real time agree; the same for all processes. Needed with TIME_FACTOR.',
  }),
};

/** What the command line needs to find the server. */
export const client = {
  TRAINYARD_URL: defaulted(url('https', 'http'), 'http://127.0.0.1:8787', {
    group: 'Command line',
    about: 'Where `trainyard` finds the server.',
  }),
  TRAINYARD_API_KEY: optional(text(), {
    group: 'Command line',
    about: 'One of its API_KEYS, where it has any.',
    secret: true,
  }),
};

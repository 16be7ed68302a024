import { z } from 'zod';
import { defaulted, optional } from '../env/declare.ts';
import { callableUrl, choice, headerKey, positiveNumber, wholeNumber } from '../env/kinds.ts';
import { budgets, compute } from './compute.ts';
import { http } from './http.ts';
import { limits } from './limits.ts';
import { notifications } from './notifications.ts';
import { redis } from './redis.ts';
import { stores } from './stores.ts';
import { containerSettings, trainings } from './trainings.ts';

const system = {
  LOG_LEVEL: defaulted(choice(['debug', 'info', 'warn', 'error', 'silent']), 'info', {
    group: 'Process',
    description: 'Lowest level of the events that are logged: debug, info, warn, error or silent.',
  }),
  TIME_FACTOR: defaulted(positiveNumber(1_000_000), '1', {
    group: 'Process',
    description: 'Factor by which every duration is shortened, for the demo and tests.',
  }),
  TIME_ANCHOR_MS: optional(wholeNumber(0, Number.MAX_SAFE_INTEGER), {
    group: 'Process',
    description:
      'Epoch ms at which scaled time equals real time, the same for all processes. Required with TIME_FACTOR.',
  }),
};

/**
 * The schema of all server settings by their names. The domain parses the `SB_HP_*` hyperparameter settings
 * (`parseHyperparameterSettings`).
 */
export const settingsSchema = z.object({
  ...compute,
  ...redis,
  ...stores,
  ...http,
  ...limits,
  ...trainings,
  ...containerSettings,
  ...notifications,
  ...budgets,
  ...system,
});

/** The parsed settings by their names. */
export type ParsedSettings = z.output<typeof settingsSchema>;

/** The schema of the settings of the command line. */
export const clientSettingsSchema = z.object({
  TRAINYARD_URL: defaulted(callableUrl(), 'http://127.0.0.1:8787', {
    group: 'Command line',
    description: 'URL of the server for `trainyard`.',
  }),
  TRAINYARD_API_KEY: optional(headerKey, {
    group: 'Command line',
    description: 'API key for `trainyard`; required when the server has API_KEYS.',
    secret: true,
  }),
});

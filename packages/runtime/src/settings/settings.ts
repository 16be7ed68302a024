import {
  HyperparameterError,
  type HyperparameterSettings,
  parseHyperparameterSettings,
} from '@trainyard/domain';
import { parseEnv, type SettingFault, SettingsError, type SettingsSource } from '../env/parse-env.ts';
import { toValue } from '../env/value.ts';
import { getPrice, getUsdPerSecond, listPriceRules, type Price } from './prices.ts';
import { listRedisRules, listRedisSecrets } from './redis.ts';
import { type ParsedSettings, settingsSchema } from './schema.ts';
import { listStoreRules, type Rule } from './store-rules.ts';
import { listSettingWarnings } from './warnings.ts';

/** The settings of a server process, complete and free of contradictions. */
export type Settings = ParsedSettings & {
  /** `OBJECT_STORE_URL`, or the URL of `S3_USER_BUCKET`. */
  readonly OBJECT_STORE_URL: string;
  readonly hyperparameters: HyperparameterSettings;
  /** USD per second of a worker; absent when the price is unknown. */
  readonly usdPerSecond?: number;
  /** The origin of that price. */
  readonly price?: Price;
  /** Settings that may be mistakes; logged at start. */
  readonly warnings: readonly SettingFault[];
};

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

/** The processes of a server. Only the API needs `API_KEYS`, and the reconciler signs no webhook URL. */
export type ServerProcess = 'api' | 'dispatcher' | 'reconciler';

/**
 * Reads the settings of a server process; a process that runs all of them counts as the API. Pure. Throws
 * {@link SettingsError} with all faults, without secrets; a process with an invalid setting does not start.
 */
export function readSettings(source: SettingsSource, serverProcess: ServerProcess = 'api'): Settings {
  const read = tryRead(() => parseEnv(settingsSchema, source));
  const hyperparameters = tryRead(() => parseHyperparameterSettings(unquoteValues(source)));
  const contradictions = 'value' in read ? findContradictions(read.value, serverProcess) : [];
  const faults = [...listFaults(read), ...listFaults(hyperparameters), ...contradictions];
  if (faults.length > 0 || 'faults' in read || 'faults' in hyperparameters) throw new SettingsError(faults);
  return {
    ...completeSettings(read.value, hyperparameters.value),
    warnings: listSettingWarnings(source, read.value),
  };
}

function unquoteValues(source: SettingsSource): SettingsSource {
  return Object.fromEntries(Object.entries(source).map(([name, text]) => [name, toValue(text)]));
}

/** Whether an address to listen on is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host) || /^127\./.test(host);
}

function isLoopbackOrigin(origin: string): boolean {
  return isLoopback(new URL(origin).hostname.replace(/^\[|\]$/g, ''));
}

function findContradictions(read: ParsedSettings, serverProcess: ServerProcess): readonly SettingFault[] {
  return [
    ...(serverProcess === 'api' ? listAccessRules(read) : []),
    ...(serverProcess === 'reconciler' ? [] : listWebhookRules(read)),
    ...listStoreRules(read),
    ...listCompletenessRules(read),
    ...listRedisRules(read),
    ...listPriceRules(read),
  ]
    .filter(([isBroken]) => isBroken)
    .map(([, name, message]) => ({ name, message }));
}

function listAccessRules(read: ParsedSettings): readonly Rule[] {
  return [
    [
      !read.API_KEYS && !isLoopback(read.HOST),
      'HOST',
      'HOST must be a loopback address unless API_KEYS is set',
    ],
    [
      !read.API_KEYS && !(read.CORS_ORIGINS ?? []).every(isLoopbackOrigin),
      'CORS_ORIGINS',
      'CORS_ORIGINS must name loopback origins only unless API_KEYS is set',
    ],
  ];
}

function listWebhookRules(read: ParsedSettings): readonly Rule[] {
  return [
    [
      read.GATEWAY_BASE_URL !== undefined && !read.WEBHOOK_SECRET,
      'WEBHOOK_SECRET',
      'WEBHOOK_SECRET is required with GATEWAY_BASE_URL',
    ],
  ];
}

/** Settings that are required together. */
function listCompletenessRules(read: ParsedSettings): readonly Rule[] {
  const mail = [read.SMTP_URL, read.MAIL_FROM, read.MAIL_TO].filter((value) => value !== undefined);
  return [
    [
      (read.AWS_ACCESS_KEY_ID === undefined) !== (read.AWS_SECRET_ACCESS_KEY === undefined),
      'AWS_SECRET_ACCESS_KEY',
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set together',
    ],
    [
      read.TIME_FACTOR !== 1 && read.TIME_ANCHOR_MS === undefined,
      'TIME_ANCHOR_MS',
      'TIME_ANCHOR_MS is required with TIME_FACTOR',
    ],
    [
      mail.length !== 0 && mail.length !== 3,
      'SMTP_URL',
      'SMTP_URL, MAIL_FROM and MAIL_TO must be set together',
    ],
  ];
}

/** A value, or the faults that prevented it. */
type ReadResult<T> = { readonly value: T } | { readonly faults: readonly SettingFault[] };

function tryRead<T>(read: () => T): ReadResult<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof SettingsError) return { faults: error.faults };
    if (error instanceof HyperparameterError)
      return { faults: error.issues.map(({ field, message }) => ({ name: field, message })) };
    throw error;
  }
}

function listFaults(result: ReadResult<unknown>): readonly SettingFault[] {
  return 'faults' in result ? result.faults : [];
}

function completeSettings(
  read: ParsedSettings,
  hyperparameters: HyperparameterSettings,
): Omit<Settings, 'warnings'> {
  const [usdPerSecond, price] = [getUsdPerSecond(read), getPrice(read)];
  return {
    ...read,
    OBJECT_STORE_URL: read.OBJECT_STORE_URL ?? `s3://${read.S3_USER_BUCKET}`,
    hyperparameters,
    ...(usdPerSecond !== undefined && { usdPerSecond }),
    ...(price && { price }),
  };
}

/** The values of the settings that no log and no message may contain. */
export function listSecrets(settings: Settings): readonly string[] {
  return [
    settings.MODEL_TRAINING_RUNPOD_API_KEY,
    settings.AWS_SECRET_ACCESS_KEY,
    settings.AWS_SESSION_TOKEN,
    ...listRedisSecrets(settings),
    settings.WEBHOOK_SECRET,
    settings.WEBHOOK_SECRET_PREVIOUS,
    settings.NGROK_AUTHTOKEN,
    settings.SLACK_WEBHOOK_URL,
    ...(settings.NOTIFY_SECRET ?? []),
    ...(settings.NOTIFY_SUBSCRIBERS ?? []).flatMap(({ secrets }) => secrets),
    ...(settings.API_KEYS ?? []).map(({ key }) => key),
  ].filter((secret) => secret !== undefined);
}

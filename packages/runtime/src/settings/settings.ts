import {
  HyperparameterError,
  type HyperparameterSettings,
  parseHyperparameterSettings,
} from '@trainyard/domain';
import { type SettingFault, SettingsError } from './error.ts';
import { parseEnv, type SettingsSource } from './parse-env.ts';
import { findGpuPrice, GPU_PRICES, GPU_PRICES_AS_OF, type Price } from './prices.ts';
import { type ParsedSettings, settingsSchema } from './schema.ts';

/** Every setting of a server process, whole and in agreement with each other. */
export type Settings = ParsedSettings & {
  /** `OBJECT_STORE_URL`, or what `S3_USER_BUCKET` means. */
  readonly OBJECT_STORE_URL: string;
  readonly hyperparameters: HyperparameterSettings;
  /** USD per second of one worker; absent where the price is unknown. */
  readonly usdPerSecond?: number;
  /** What that price is of, and of which day. */
  readonly price?: Price;
};

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

/**
 * Reads every setting of a server. Pure. Throws {@link SettingsError}, which names all faults at once and holds no
 * secret; a process with a bad setting does not start.
 */
export function readSettings(source: SettingsSource): Settings {
  const read = tryRead(() => parseEnv(settingsSchema, source));
  const hyperparameters = tryRead(() => parseHyperparameterSettings(source));
  const contradictory = 'value' in read ? findContradictions(read.value) : [];
  const faults = [...listFaults(read), ...listFaults(hyperparameters), ...contradictory];
  if (faults.length > 0 || 'faults' in read || 'faults' in hyperparameters) throw new SettingsError(faults);
  return completeSettings(read.value, hyperparameters.value);
}

/** Whether an address to listen on is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host) || /^127\./.test(host);
}

/** What no setting can say alone. */
function findContradictions(read: ParsedSettings): readonly SettingFault[] {
  const rules: readonly (readonly [boolean, string, string])[] = [
    [
      !read.OBJECT_STORE_URL && !read.S3_USER_BUCKET,
      'OBJECT_STORE_URL',
      'OBJECT_STORE_URL or S3_USER_BUCKET is required',
    ],
    [
      !read.API_KEYS && !isLoopback(read.HOST),
      'HOST',
      'HOST may leave this machine only when API_KEYS is set',
    ],
    [
      read.GATEWAY_BASE_URL !== undefined && !read.WEBHOOK_SECRET,
      'WEBHOOK_SECRET',
      'WEBHOOK_SECRET is required with GATEWAY_BASE_URL',
    ],
    [
      (read.AWS_ACCESS_KEY_ID === undefined) !== (read.AWS_SECRET_ACCESS_KEY === undefined),
      'AWS_SECRET_ACCESS_KEY',
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are only of use together',
    ],
    [
      read.TIME_FACTOR !== 1 && read.TIME_ANCHOR_MS === undefined,
      'TIME_ANCHOR_MS',
      'TIME_ANCHOR_MS is required with TIME_FACTOR',
    ],
    [
      (read.SMTP_URL === undefined) !== (read.MAIL_TO === undefined) ||
        (read.SMTP_URL === undefined) !== (read.MAIL_FROM === undefined),
      'SMTP_URL',
      'SMTP_URL, MAIL_FROM and MAIL_TO are only of use together',
    ],
    [
      read.GPU_TYPE !== undefined && getUsdPerSecond(read) === undefined,
      'GPU_TYPE',
      `GPU_TYPE is in no price table; known are ${Object.keys(getPriceTable(read)).join(', ')}`,
    ],
    [
      read.GPU_PRICES !== undefined && read.GPU_PRICES_AS_OF === undefined,
      'GPU_PRICES_AS_OF',
      'GPU_PRICES_AS_OF, the day of the prices, is required with GPU_PRICES',
    ],
    ...(['BUDGET_DAY_USD', 'BUDGET_MONTH_USD'] as const).map(
      (name) =>
        [
          read[name] !== undefined && getUsdPerSecond(read) === undefined,
          name,
          `${name} needs a known price: set GPU_TYPE, and GPU_PRICES for a GPU that the list does not know`,
        ] as const,
    ),
  ];
  return rules.filter(([broken]) => broken).map(([, name, message]) => ({ name, message }));
}

type PriceSettings = Pick<ParsedSettings, 'GPU_TYPE' | 'GPU_PRICES' | 'GPUS_PER_WORKER'>;

function getPriceTable(read: PriceSettings) {
  return read.GPU_PRICES ?? GPU_PRICES;
}

/** What one worker costs; undefined where the price is unknown. @returns USD per second */
export function getUsdPerSecond(read: PriceSettings): number | undefined {
  const price = read.GPU_TYPE === undefined ? undefined : findGpuPrice(read.GPU_TYPE, getPriceTable(read));
  return price === undefined ? undefined : price * read.GPUS_PER_WORKER;
}

type PriceSource = PriceSettings & Pick<ParsedSettings, 'GPU_PRICES_AS_OF'>;

/** What the price is of, and the day of the list that it stands in; undefined where the price is unknown. */
export function getPrice(read: PriceSource): Price | undefined {
  return read.GPU_TYPE === undefined || getUsdPerSecond(read) === undefined
    ? undefined
    : { gpuType: read.GPU_TYPE, asOf: read.GPU_PRICES_AS_OF ?? GPU_PRICES_AS_OF };
}

/** The value, or the faults that stood against it. */
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

function completeSettings(read: ParsedSettings, hyperparameters: HyperparameterSettings): Settings {
  const [usdPerSecond, price] = [getUsdPerSecond(read), getPrice(read)];
  return {
    ...read,
    OBJECT_STORE_URL: read.OBJECT_STORE_URL ?? `s3://${read.S3_USER_BUCKET}`,
    hyperparameters,
    ...(usdPerSecond !== undefined && { usdPerSecond }),
    ...(price && { price }),
  };
}

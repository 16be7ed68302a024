import { omitUndefined } from '@trainyard/domain';
import type { S3Options } from '@trainyard/storage';
import { z } from 'zod';
import type { SimulatorOptions } from './simulation/settings.ts';

const flag = z.stringbool();
const positive = z.coerce.number().positive();
const milliseconds = z.coerce.number().min(0);

/** Settings of the simulator with their defaults. Names that other apps use have the same meaning there. */
const envSchema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8790),
  /** Accepted API keys, separated by commas. */
  RUNPOD_API_KEY: z.string().min(1).default('simulator-key'),
  OBJECT_STORE_URL: z.string({
    error: 'OBJECT_STORE_URL is missing. Set it to s3://bucket/prefix or file:path',
  }),
  S3_ENDPOINT: z.url().optional(),
  S3_REGION: z.string().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  SIMULATOR_ENDPOINT_IDS: z.string().optional(),
  SIMULATOR_TIME_SCALE: positive.default(1),
  SIMULATOR_WIRE_TIMES: z.enum(['full', 'scaled']).default('full'),
  SIMULATOR_WORKERS: z.coerce.number().int().min(0).default(8),
  SIMULATOR_COLD_START_MS: milliseconds.default(95_000),
  SIMULATOR_LOADING_MS: milliseconds.default(0),
  SIMULATOR_SAMPLE_PX: z.coerce.number().int().min(16).max(1_024).default(64),
  SIMULATOR_SECONDS_PER_STEP: positive.default(1.5),
  /** Fixed duration of every run in unscaled ms; overrides the seconds per step. */
  SIMULATOR_RUN_MS: milliseconds.optional(),
  SIMULATOR_IGNORE_OUTPUT_KEY: flag.default(false),
  SIMULATOR_HISTORY_FILE: z.string().optional(),
});

/** Parsed settings of the simulator process. */
export interface SimulatorEnv {
  readonly host: string;
  readonly port: number;
  readonly storeUrl: string;
  readonly s3: S3Options;
  readonly options: Omit<SimulatorOptions, 'store'>;
}

/** Parses the settings; an empty value counts as absent. Throws an `Error` that names each invalid setting without its value. */
export function parseEnv(source: Readonly<Record<string, string | undefined>> = process.env): SimulatorEnv {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const read = envSchema.safeParse(given);
  if (!read.success) throw new Error(`Invalid settings\n${z.prettifyError(read.error)}`);
  const env = read.data;
  return {
    host: env.HOST,
    port: env.PORT,
    storeUrl: env.OBJECT_STORE_URL,
    s3: omitUndefined({
      endpoint: env.S3_ENDPOINT,
      region: env.S3_REGION,
      accessKeyId: env.AWS_ACCESS_KEY_ID,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    }),
    options: toOptions(env),
  };
}

function toOptions(env: z.output<typeof envSchema>): SimulatorEnv['options'] {
  const runMs = env.SIMULATOR_RUN_MS;
  return {
    apiKeys: splitList(env.RUNPOD_API_KEY),
    timeScale: env.SIMULATOR_TIME_SCALE,
    wireTimes: env.SIMULATOR_WIRE_TIMES,
    workers: env.SIMULATOR_WORKERS,
    coldStartMs: env.SIMULATOR_COLD_START_MS,
    loadingMs: env.SIMULATOR_LOADING_MS,
    samplePx: env.SIMULATOR_SAMPLE_PX,
    pace: runMs === undefined ? { secondsPerStep: env.SIMULATOR_SECONDS_PER_STEP } : { durationMs: runMs },
    ignoreOutputKey: env.SIMULATOR_IGNORE_OUTPUT_KEY,
    ...omitUndefined({
      endpointIds:
        env.SIMULATOR_ENDPOINT_IDS === undefined ? undefined : splitList(env.SIMULATOR_ENDPOINT_IDS),
      historyFile: env.SIMULATOR_HISTORY_FILE,
    }),
  };
}

function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

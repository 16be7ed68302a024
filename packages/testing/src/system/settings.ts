import { readSettings } from '@trainyard/runtime';

/** The key of the RunPod API that test systems use and simulators accept. */
export const RUNPOD_API_KEY = 'runpod-key-of-the-tests';

/** Factor of a system with a simulator: a minute lasts a second, and a submission may take half a second. */
export const TIME_FACTOR = 60;

/** Nothing listens on this port: a system without a simulator never reaches RunPod itself. */
const UNREACHABLE_URL = 'http://127.0.0.1:2/v2';

/** The addresses that the settings of a test system contain. */
export interface TestAddresses {
  readonly redisUrl: string;
  readonly storeDir: string;
  /** Base URL of the simulator; absent without a simulator. */
  readonly runpodUrl: string | undefined;
}

/** Reads the settings of a test system; `env` replaces the defaults. Throws `SettingsError` for invalid values. */
export function readTestSettings(
  { redisUrl, storeDir, runpodUrl }: TestAddresses,
  env: Readonly<Record<string, string>>,
) {
  return readSettings({
    REDIS_URL: redisUrl,
    OBJECT_STORE_URL: `file:${storeDir}`,
    MODEL_TRAINING_RUNPOD_API_KEY: RUNPOD_API_KEY,
    MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'ep1',
    RUNPOD_ENDPOINT_BASE_URL: runpodUrl ?? UNREACHABLE_URL,
    ...(runpodUrl !== undefined && {
      TIME_FACTOR: String(TIME_FACTOR),
      TIME_ANCHOR_MS: String(Date.now()),
    }),
    ...env,
  });
}

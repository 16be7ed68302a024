import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createLog,
  listSecrets,
  readSettings,
  type Settings,
  type SettingsSource,
  toValue,
} from '@trainyard/runtime';
import { createFolder } from '@trainyard/storage';
import { toErrorMessage, UsageError } from '../terminal/exit.ts';

/** Data folder of `trainyard up` and of the demo. */
export interface Home {
  readonly dir: string;
  readonly redisDir: string;
  /** For `OBJECT_STORE_URL`. */
  readonly storeUrl: string;
  /** Created once and kept, so that webhooks of runs from an earlier process are accepted. */
  readonly webhookSecret: string;
  /** Created once and kept; signs notifications to the `notify_url` of trainings. */
  readonly notifySecret: string;
}

/** Computes the paths of a data folder without creating or reading it. Its secrets are placeholders. */
export function planHome(path: string): Home {
  const dir = resolve(path);
  return {
    dir,
    redisDir: join(dir, 'redis'),
    storeUrl: pathToFileURL(join(dir, 'store')).href,
    webhookSecret: 'placeholder-until-opened',
    notifySecret: toStandardWebhooksSecret(Buffer.alloc(32)),
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function loadOrCreateSecret(file: string, make: (bytes: Buffer) => string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const secret = make(randomBytes(32));
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}

/** Formats a secret of Standard Webhooks. */
function toStandardWebhooksSecret(bytes: Buffer): string {
  return `whsec_${bytes.toString('base64')}`;
}

/** Opens a data folder, and creates it if it is missing. Throws UsageError for a path that cannot be such a folder. */
export async function openHome(path: string): Promise<Home> {
  const home = planHome(path);
  try {
    return await createHome(home);
  } catch (error) {
    const reason = toErrorMessage(error);
    throw new UsageError(
      `The data folder ${home.dir} cannot be used (${reason}); name a writable folder on a disk with --data`,
    );
  }
}

async function createHome(home: Home): Promise<Home> {
  await createFolder(home.dir);
  return {
    ...home,
    webhookSecret: await loadOrCreateSecret(join(home.dir, 'webhook-secret'), (bytes) =>
      bytes.toString('base64url'),
    ),
    notifySecret: await loadOrCreateSecret(join(home.dir, 'notify-secret'), toStandardWebhooksSecret),
  };
}

/** Reads the settings of `trainyard up`; missing settings get the values of the data folder. Pure. Throws SettingsError. */
export function readEmbeddedSettings(
  source: SettingsSource,
  home: Home,
  redisUrl = PLACEHOLDER_REDIS_URL,
): Settings {
  return readSettings({
    ...source,
    ...(usesEmbeddedRedis(source) && { REDIS_URL: redisUrl }),
    ...(!isSet(source, 'OBJECT_STORE_URL') &&
      !isSet(source, 'S3_USER_BUCKET') && { OBJECT_STORE_URL: home.storeUrl }),
    ...(!isSet(source, 'WEBHOOK_SECRET') && { WEBHOOK_SECRET: home.webhookSecret }),
    ...(!isSet(source, 'NOTIFY_SECRET') && { NOTIFY_SECRET: home.notifySecret }),
  });
}

/** Whether a setting is present and not blank. */
function isSet(source: SettingsSource, name: string): boolean {
  return toValue(source[name]) !== '';
}

/** Placeholder for validation; the address is known when the embedded Redis runs. */
const PLACEHOLDER_REDIS_URL = 'redis://127.0.0.1:0';

/** Whether `trainyard up` starts an embedded Redis. With Sentinel, a missing REDIS_URL is a fault of the settings. */
export function usesEmbeddedRedis(source: SettingsSource): boolean {
  return !isSet(source, 'REDIS_URL') && !isSet(source, 'REDIS_SENTINELS');
}

/** Creates the log of these settings, with their secrets redacted. */
export function createEmbeddedLog(settings: Settings, destination?: { write(line: string): void }) {
  return createLog({
    name: 'trainyard',
    level: settings.LOG_LEVEL,
    secrets: listSecrets(settings),
    ...(destination && { destination }),
  });
}

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLog, listSecrets, readSettings, type Settings, type SettingsSource } from '@trainyard/runtime';

/** The folder that an embedded Trainyard keeps everything in. */
export interface Home {
  readonly dir: string;
  readonly redisDir: string;
  /** For `OBJECT_STORE_URL`. */
  readonly storeUrl: string;
  /** Made once and kept, so that runs that were given it find us again (SPEC §5.5). */
  readonly webhookSecret: string;
  /** Likewise; signs what is sent to the notify_url of trainings (SPEC §10). */
  readonly notifySecret: string;
}

/** Where everything would be kept; nothing is made or read. Its secret is only a simulator for the one to come. */
export function planHome(path: string): Home {
  const dir = resolve(path);
  return {
    dir,
    redisDir: join(dir, 'redis'),
    storeUrl: pathToFileURL(join(dir, 'store')).href,
    webhookSecret: 'made when the folder is',
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

/** As Standard Webhooks has it. */
function toStandardWebhooksSecret(bytes: Buffer): string {
  return `whsec_${bytes.toString('base64')}`;
}

/** Opens such a folder, or makes it. */
export async function openHome(path: string): Promise<Home> {
  const home = planHome(path);
  await mkdir(home.dir, { recursive: true });
  return {
    ...home,
    webhookSecret: await loadOrCreateSecret(join(home.dir, 'webhook-secret'), (bytes) =>
      bytes.toString('base64url'),
    ),
    notifySecret: await loadOrCreateSecret(join(home.dir, 'notify-secret'), toStandardWebhooksSecret),
  };
}

/**
 * The settings of `trainyard up`: what is set, and for the rest what the folder gives. Pure. Throws SettingsError.
 */
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

/** Whether a setting holds more than blanks. */
function isSet(source: SettingsSource, name: string): boolean {
  return (source[name]?.trim() ?? '') !== '';
}

/** Only looked at, never called: which Redis it will be is known once it runs. */
const PLACEHOLDER_REDIS_URL = 'redis://127.0.0.1:0';

/** Whether `trainyard up` brings a Redis of its own. */
export function usesEmbeddedRedis(source: SettingsSource): boolean {
  return !isSet(source, 'REDIS_URL');
}

/** A log for these settings. */
export function createEmbeddedLog(settings: Settings, destination?: { write(line: string): void }) {
  return createLog({
    name: 'trainyard',
    level: settings.LOG_LEVEL,
    secrets: listSecrets(settings),
    ...(destination && { destination }),
  });
}

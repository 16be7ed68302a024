import { createLog, listSecrets, readSettings, type Settings, type SettingsSource } from '@trainyard/runtime';
import type { Home } from './home.ts';

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

import { readSettings, type Settings } from '@trainyard/runtime';

/** Reads the settings of this process from the environment. Throws SettingsError, which lists every invalid setting. */
export function settings(): Settings {
  return readSettings(process.env);
}

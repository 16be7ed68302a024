import { readSettings, type Settings } from '@trainyard/runtime';

/** The settings of this process. Throws SettingsError, which names every fault at once. */
export function settings(): Settings {
  return readSettings(process.env);
}

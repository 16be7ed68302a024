import { readSettings, type Settings } from '@trainyard/runtime';

/** The settings of this process. Throws SettingsError, which names every fault at once. */
export function loadSettings(): Settings {
  return readSettings(process.env);
}

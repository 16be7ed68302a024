import { readSettings, type Settings } from '@trainyard/runtime';

/** Reads the settings of this process from its environment. Throws SettingsError, which lists every fault. */
export function loadSettings(): Settings {
  return readSettings(process.env);
}

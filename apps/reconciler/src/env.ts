import { loadSettings, type Settings } from '@trainyard/runtime';

/** Reads the settings of this process from its environment. Ends the process when a setting is invalid. */
export function settings(): Settings {
  return loadSettings(process.env, 'reconciler');
}

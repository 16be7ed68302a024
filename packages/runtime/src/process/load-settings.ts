import { SettingsError, type SettingsSource } from '../env/parse-env.ts';
import { readSettings, type ServerProcess, type Settings } from '../settings/settings.ts';

/** The exit code of a process with invalid settings; the CLI uses the same. */
const INVALID_SETTINGS_EXIT_CODE = 2;

/**
 * Reads the settings at the start of a process. Invalid settings end the process with exit code 2 and one line of standard
 * error per fault, without a stack.
 */
export function loadSettings(source: SettingsSource, serverProcess: ServerProcess): Settings {
  try {
    return readSettings(source, serverProcess);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    for (const { message } of error.faults) process.stderr.write(`trainyard: ${message}\n`);
    process.exit(INVALID_SETTINGS_EXIT_CODE);
  }
}

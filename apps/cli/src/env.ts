import type { SettingsSource } from '@trainyard/runtime';

/** Reads the environment, with the missing variables from a file `.env` in the working directory. */
export function readEnvironment(): SettingsSource {
  try {
    process.loadEnvFile('.env');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  return process.env;
}

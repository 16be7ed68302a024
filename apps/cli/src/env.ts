import type { SettingsSource } from '@trainyard/runtime';

/** The environment, with what a file `.env` in the working directory adds to it. */
export function readEnvironment(): SettingsSource {
  try {
    process.loadEnvFile('.env');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  return process.env;
}

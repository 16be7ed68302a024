import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { SettingsSource } from '@trainyard/runtime';

/** The environment, and the names of the variables that a file `.env` supplied. */
export interface LoadedEnvironment {
  readonly source: SettingsSource;
  /** Undefined without a file. */
  readonly fromFile: readonly string[] | undefined;
  /** Why the file cannot be read. */
  readonly fault?: string;
}

/** Reads the environment, with the missing variables from a file `.env` in the working directory. */
export function loadEnvironment(): LoadedEnvironment {
  const before = new Set(Object.keys(process.env));
  try {
    const names = Object.keys(parseEnv(readFileSync('.env', 'utf8')));
    process.loadEnvFile('.env');
    return { source: process.env, fromFile: names.filter((name) => !before.has(name)) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const isMissing = code === 'ENOENT';
    return { source: process.env, fromFile: undefined, ...(!isMissing && { fault: code }) };
  }
}

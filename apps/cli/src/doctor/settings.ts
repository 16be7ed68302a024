import { type SettingFault, type Settings, SettingsError, type SettingsSource } from '@trainyard/runtime';
import { type Home, readEmbeddedSettings } from '../embedded/home.ts';

/** The valid settings and the faults of the others. */
export interface PartialSettings {
  /** Faulty settings count as unset; absent if the remaining settings contradict each other. */
  readonly settings?: Settings;
  readonly faults: readonly SettingFault[];
}

/**
 * Placeholders of faulty settings whose absence would be a fault or cause one of a different setting; checks that depend on
 * them are skipped.
 */
const PLACEHOLDERS: SettingsSource = {
  MODEL_TRAINING_RUNPOD_API_KEY: 'missing',
  MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'missing',
  ALLOW_LOCAL_STORE: 'true',
  RUNPOD_ENDPOINT_BASE_URL: 'http://127.0.0.1:8790/v2',
  REDIS_SENTINELS: 'placeholder:26379',
};

/** Reads settings repeatedly without the faulty settings, so that faults hidden by others are found too. Pure. */
export function readPartialSettings(
  source: SettingsSource,
  home: Home,
  before: readonly SettingFault[] = [],
): PartialSettings {
  const read = tryReadSettings(replaceFaulty(source, before), home);
  if (!(read instanceof SettingsError)) return { settings: read, faults: before };
  const known = new Set(before.map(({ name }) => name));
  const newFaults = read.faults.filter(({ name }) => !known.has(name));
  const faults = [...before, ...newFaults];
  return newFaults.length === 0 ? { faults } : readPartialSettings(source, home, faults);
}

function replaceFaulty(source: SettingsSource, faults: readonly SettingFault[]): SettingsSource {
  const faulty = new Set(faults.map(({ name }) => name));
  const valid = Object.entries(source).filter(([name]) => !faulty.has(name));
  const placeholders = Object.entries(PLACEHOLDERS).filter(([name]) => faulty.has(name));
  return Object.fromEntries([...valid, ...placeholders]);
}

function tryReadSettings(source: SettingsSource, home: Home): Settings | SettingsError {
  try {
    return readEmbeddedSettings(source, home);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

import { readFileSync, writeFileSync } from 'node:fs';

/** What a process of ours sees of the world, apart from its peers. */
export interface Weather {
  /** By how much its clock is wrong. Real ms. */
  readonly clockOffsetMs: number;
  /** Every access to the object store's files fails. */
  readonly storeDown: boolean;
}

export const FAIR: Weather = { clockOffsetMs: 0, storeDown: false };

/** Names the file that tells a process of its weather. */
export const WEATHER_FILE = 'CHAOS_WEATHER_FILE';
/** Names the folder that is the object store. */
export const STORE_DIR = 'CHAOS_STORE_DIR';

export const writeWeather = (file: string, weather: Weather): void =>
  writeFileSync(file, JSON.stringify(weather));

/** Undefined while it is being written. */
export const readWeather = (file: string): Weather | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Weather;
  } catch {
    return undefined;
  }
};

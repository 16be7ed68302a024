import { STORE_DIR, WEATHER_FILE } from './chaos/yard/weather.ts';

/** Where a process under chaos reads its weather, and which folder is its object store. */
export const weatherPlace = (): { readonly file: string; readonly storeDir: string } => ({
  file: process.env[WEATHER_FILE] ?? '',
  storeDir: process.env[STORE_DIR] ?? '',
});

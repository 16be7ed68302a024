import { STORE_DIR, FAULT_SETTINGS_FILE } from './fault-settings.ts';

/** Where a process under chaos reads its weather, and which folder is its object store. */
export const readFaultEnv = (): { readonly file: string; readonly storeDir: string } => ({
  file: process.env[FAULT_SETTINGS_FILE] ?? '',
  storeDir: process.env[STORE_DIR] ?? '',
});

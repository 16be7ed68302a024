import { FAULT_SETTINGS_FILE, STORE_DIR } from './fault-settings.ts';

/** Where a process under chaos reads its weather, and which folder is its object store. */
export function readFaultEnv(): { readonly file: string; readonly storeDir: string } {
  return {
    file: process.env[FAULT_SETTINGS_FILE] ?? '',
    storeDir: process.env[STORE_DIR] ?? '',
  };
}

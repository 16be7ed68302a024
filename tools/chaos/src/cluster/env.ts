import { FAULT_SETTINGS_FILE, STORE_DIR } from './fault-settings.ts';

/** Reads the path of the fault settings and the folder of the object store; empty strings outside a chaos cluster. */
export function readFaultEnv(): { readonly file: string; readonly storeDir: string } {
  return {
    file: process.env[FAULT_SETTINGS_FILE] ?? '',
    storeDir: process.env[STORE_DIR] ?? '',
  };
}

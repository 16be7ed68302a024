/** One setting that cannot be used. The message is a whole sentence and never holds a value. */
export interface SettingFault {
  readonly name: string;
  readonly message: string;
}

/** Thrown when settings are missing, cannot be read or contradict each other; names every fault at once. */
export class SettingsError extends Error {
  readonly code = 'invalid_settings';
  readonly retryable = false;
  readonly faults: readonly SettingFault[];
  constructor(faults: readonly SettingFault[]) {
    super(faults.map(({ message }) => message).join('\n'));
    this.name = 'SettingsError';
    this.faults = faults;
  }
}

import type { ObjectStore } from '@trainyard/application';
import type { Recorder } from '../history/history.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Settings } from './settings.ts';

/** The parts that all endpoints and workers of one simulator share. */
export interface Environment {
  readonly settings: Settings;
  readonly clock: Clock;
  /** Training data is read from it and LoRA files are written to it. */
  readonly store: ObjectStore;
  readonly faults: Faults;
  readonly history: Recorder;
}

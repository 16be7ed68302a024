import type { LegacyStatus } from './legacy.ts';
import type { TrainingStatus } from './view.ts';

/** Status in the legacy API for each state of a training. The module has no schema, so that browsers load it alone. */
export const LEGACY_STATUS: { readonly [S in TrainingStatus]: LegacyStatus } = {
  queued: 'IN_QUEUE',
  submitting: 'IN_QUEUE',
  unconfirmed: 'IN_QUEUE',
  submitted: 'IN_QUEUE',
  running: 'IN_PROGRESS',
  finalizing: 'IN_PROGRESS',
  cancelling: 'IN_PROGRESS',
  completed: 'COMPLETED',
  failed: 'FAILED',
  timed_out: 'TIMED_OUT',
  cancelled: 'CANCELLED',
};

import type { Warning } from '../hyperparameters/index.ts';
import type { Training } from './training.ts';

/** All that was noteworthy but no reason to refuse it: of its parameters, and of the data as last looked at (SPEC §6). */
export function getWarnings(training: Training): readonly Warning[] {
  const attempt = 'attempt' in training ? training.attempt : undefined;
  return [...(training.request.warnings ?? []), ...(attempt?.warnings ?? [])];
}

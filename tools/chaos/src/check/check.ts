import type { Evidence, Violation } from '../evidence/evidence.ts';
import { checkConcurrencyLimit } from './concurrency-limit.ts';
import { checkForgedWebhooks, checkManifests, checkOutcomes } from './outcomes.ts';
import { checkSlots } from './slots.ts';
import { checkSubmissions } from './submissions.ts';
import { checkFinality, checkTermination } from './terminal-states.ts';

/** Holds what happened against every invariant. Pure. */
export function checkEvidence(evidence: Evidence): readonly Violation[] {
  return [
    checkConcurrencyLimit,
    checkSubmissions,
    checkTermination,
    checkFinality,
    checkManifests,
    checkForgedWebhooks,
    checkOutcomes,
    checkSlots,
  ].flatMap((each) => each(evidence));
}

import type { Evidence, Violation } from '../evidence/evidence.ts';
import { checkConcurrencyLimit } from './concurrency-limit.ts';
import { checkForgedWebhooks, checkManifests, checkOutcomes, checkRunOwners } from './outcomes.ts';
import { checkSlots } from './slots.ts';
import { checkSubmissions } from './submissions.ts';
import { checkFinality, checkTermination } from './terminal-states.ts';

/** Checks the evidence of a seed against the invariants I1–I8 (docs/invariants.md). Pure; empty when none is violated. */
export function checkEvidence(evidence: Evidence): readonly Violation[] {
  return [
    checkConcurrencyLimit,
    checkSubmissions,
    checkTermination,
    checkFinality,
    checkManifests,
    checkForgedWebhooks,
    checkOutcomes,
    checkRunOwners,
    checkSlots,
  ].flatMap((each) => each(evidence));
}

import type { Evidence } from '../evidence/evidence.ts';
import { checkConcurrencyLimit } from './concurrency-limit.ts';
import { checkFinality, checkTermination } from './terminal-states.ts';
import { checkForgedWebhooks } from './forged-webhooks.ts';
import { checkManifests, checkOutcomes } from './outcomes.ts';
import { checkSlots } from './slots.ts';
import { checkSubmissions } from './submissions.ts';
import type { Violation } from './violation.ts';

/** Holds what happened against every invariant. Pure. */
export const checkEvidence = (evidence: Evidence): readonly Violation[] =>
  [
    checkConcurrencyLimit,
    checkSubmissions,
    checkTermination,
    checkFinality,
    checkManifests,
    checkForgedWebhooks,
    checkOutcomes,
    checkSlots,
  ].flatMap((each) => each(evidence));

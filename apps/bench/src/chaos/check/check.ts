import type { Evidence } from '../record/evidence.ts';
import { checkConcurrencyLimit } from './bound.ts';
import { checkFinality, checkTermination } from './ends.ts';
import { checkForgedWebhooks } from './forgeries.ts';
import { checkManifests, checkOutcomes } from './kept.ts';
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

import type { Evidence } from '../record/evidence.ts';
import { checkBound } from './bound.ts';
import { checkAbsorption, checkEnds } from './ends.ts';
import { checkForgeries } from './forgeries.ts';
import { checkManifests, checkOutcomes } from './kept.ts';
import { checkSlots } from './slots.ts';
import { checkSubmissions } from './submissions.ts';
import type { Violation } from './violation.ts';

/** Holds what happened against every invariant. Pure. */
export const check = (evidence: Evidence): readonly Violation[] =>
  [
    checkBound,
    checkSubmissions,
    checkEnds,
    checkAbsorption,
    checkManifests,
    checkForgeries,
    checkOutcomes,
    checkSlots,
  ].flatMap((each) => each(evidence));

import type { Violation } from '../check/violation.ts';
import type { FaultKind } from '../plan/fault-kinds.ts';
import type { SeedResult } from '../run-seed.ts';
import { type Recovery, recoveriesIn } from './recovery.ts';
import { strikesIn } from './strikes.ts';

/** What a seed adds to the table: a line of a result file. */
export interface SeedSummary {
  readonly seed: number;
  readonly trainings: number;
  readonly runs: number;
  readonly ownEnds?: number;
  /** How often each kind really struck. */
  readonly injections: Readonly<Partial<Record<FaultKind, number>>>;
  /** Measured only where faults came one at a time. */
  readonly recoveries: Readonly<Partial<Record<FaultKind, Recovery>>>;
  readonly violations: readonly Violation[];
}

const countsOf = (kinds: readonly FaultKind[]): SeedSummary['injections'] => {
  const counts: Partial<Record<FaultKind, number>> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

export const summaryOf = ({ schedule, timeFactor, evidence, violations }: SeedResult): SeedSummary => ({
  seed: schedule.seed,
  trainings: evidence.accepted.length,
  runs: evidence.provider.filter(({ event }) => event === 'accepted').length,
  ownEnds: evidence.ownEnds,
  injections: countsOf(strikesIn(evidence).map(({ kind }) => kind)),
  recoveries: schedule.calm ? recoveriesIn(evidence, timeFactor) : {},
  violations,
});

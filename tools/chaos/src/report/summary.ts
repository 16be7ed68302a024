import type { Violation } from '../evidence/evidence.ts';
import type { FaultKind } from '../plan/fault-kinds.ts';
import type { SeedResult } from '../runner/run-seed.ts';
import { findEffectiveInjections, measureRecoveries, type Recovery } from './recovery.ts';

/** Contribution of a seed to the result table; a line of a result file. */
export interface SeedSummary {
  readonly seed: number;
  readonly trainings: number;
  readonly runs: number;
  readonly unexpectedExits?: number;
  /** Number of effective faults by kind. */
  readonly injections: Readonly<Partial<Record<FaultKind, number>>>;
  /** Slowest recoveries by kind; empty for a seed with concurrent faults. */
  readonly recoveries: Readonly<Partial<Record<FaultKind, Recovery>>>;
  readonly violations: readonly Violation[];
}

/** Summarizes the result of a seed. */
export function toSummary({ schedule, timeFactor, evidence, violations }: SeedResult): SeedSummary {
  return {
    seed: schedule.seed,
    trainings: evidence.accepted.length,
    runs: evidence.provider.filter(({ event }) => event === 'accepted').length,
    unexpectedExits: evidence.unexpectedExits,
    injections: countKinds(findEffectiveInjections(evidence).map(({ kind }) => kind)),
    recoveries: schedule.isolated ? measureRecoveries(evidence, timeFactor) : {},
    violations,
  };
}

function countKinds(kinds: readonly FaultKind[]): SeedSummary['injections'] {
  const counts: Partial<Record<FaultKind, number>> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

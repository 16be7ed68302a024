import type { Violation } from '../evidence/evidence.ts';
import type { FaultKind } from '../plan/fault-kinds.ts';
import type { SeedResult } from '../runner/run-seed.ts';
import { findEffectiveInjections, measureRecoveries, type Recovery } from './recovery.ts';

/** What a seed adds to the table: a line of a result file. */
export interface SeedSummary {
  readonly seed: number;
  readonly trainings: number;
  readonly runs: number;
  readonly unexpectedExits?: number;
  /** How often each kind really struck. */
  readonly injections: Readonly<Partial<Record<FaultKind, number>>>;
  /** Measured only where faults came one at a time. */
  readonly recoveries: Readonly<Partial<Record<FaultKind, Recovery>>>;
  readonly violations: readonly Violation[];
}

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

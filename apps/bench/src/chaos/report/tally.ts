import type { Violation } from '../check/violation.ts';
import { FAULT_KINDS, type FaultKind } from '../plan/fault-kinds.ts';
import type { SeedResult } from '../run-seed.ts';
import { slowestRecoveries } from './recovery.ts';
import { strikesIn } from './strikes.ts';

/** What a kind of fault did over all seeds. */
interface FaultTally {
  readonly kind: FaultKind;
  readonly injections: number;
  /** Real ms. */
  readonly slowestRecoveryMs: number;
}

/** All seeds together. */
export interface Tally {
  readonly seeds: number;
  readonly trainings: number;
  readonly runs: number;
  readonly faults: readonly FaultTally[];
  readonly breaches: Readonly<Record<string, number>>;
}

/** The words of the table for each invariant. */
const BREACHES: readonly (readonly [name: string, of: readonly Violation['invariant'][]])[] = [
  ['double submissions', ['I2']],
  ['lost trainings', ['I3']],
  ['runs over the bound', ['I1']],
  ['wrong terminals', ['I4', 'I6', 'I7']],
  ['leaked slots', ['I8']],
  ['manifest losses', ['I5']],
];

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

export const tallyOf = (results: readonly SeedResult[]): Tally => {
  const strikes = results.flatMap(({ evidence }) => strikesIn(evidence));
  const recoveries = results.map(({ evidence }) => slowestRecoveries(evidence));
  const violations = results.flatMap((each) => each.violations);
  return {
    seeds: results.length,
    trainings: sum(results.map(({ evidence }) => evidence.accepted.length)),
    runs: sum(
      results.map(({ evidence }) => evidence.provider.filter((each) => each.event === 'accepted').length),
    ),
    faults: FAULT_KINDS.map((kind) => ({
      kind,
      injections: strikes.filter((each) => each.kind === kind).length,
      slowestRecoveryMs: Math.max(0, ...recoveries.map((each) => each.get(kind) ?? 0)),
    })).filter(({ injections }) => injections > 0),
    breaches: Object.fromEntries(
      BREACHES.map(([name, of]) => [
        name,
        violations.filter(({ invariant }) => of.includes(invariant)).length,
      ]),
    ),
  };
};

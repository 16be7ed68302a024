import type { Violation } from '../evidence/evidence.ts';
import { FAULT_KINDS, type FaultKind, isKill } from '../plan/fault-kinds.ts';
import type { Recovery } from './recovery.ts';
import type { SeedSummary } from './summary.ts';

/** Result of a kind of fault over all seeds. */
interface FaultTally {
  readonly kind: FaultKind;
  readonly injections: number;
  /** Slowest recovery; absent when not measured. */
  readonly recovery?: Recovery;
}

/** Totals of all seeds. */
export interface Tally {
  readonly seeds: number;
  readonly trainings: number;
  readonly runs: number;
  /** Exits of processes that the runner did not cause. */
  readonly unexpectedExits: number;
  readonly faults: readonly FaultTally[];
  /** Number of violations by their name in the result table. */
  readonly breaches: Readonly<Record<string, number>>;
  /** Kinds of kills after which work stayed idle for more than 60 s. */
  readonly slowAfterKill: readonly FaultKind[];
}

/** Row of the result table for each invariant. */
const BREACH_NAMES: readonly (readonly [name: string, of: readonly Violation['invariant'][]])[] = [
  ['double submissions', ['I2']],
  ['lost trainings', ['I3']],
  ['runs over the limit', ['I1']],
  ['wrong terminal states', ['I4', 'I6', 'I7']],
  ['leaked slots', ['I8']],
  ['manifest losses', ['I5']],
];
/** Work of a killed process must resume within this time. Scaled ms. */
const AFTER_KILL_MS = 60_000;

/** Adds up the summaries of all seeds. */
export function tallySummaries(summaries: readonly SeedSummary[]): Tally {
  const violations = summaries.flatMap((each) => each.violations);
  const faults = tallyFaults(summaries);
  return {
    seeds: summaries.length,
    trainings: sum(summaries.map(({ trainings }) => trainings)),
    runs: sum(summaries.map(({ runs }) => runs)),
    unexpectedExits: sum(summaries.map(({ unexpectedExits = 0 }) => unexpectedExits)),
    faults,
    breaches: Object.fromEntries(
      BREACH_NAMES.map(([name, of]) => [
        name,
        violations.filter(({ invariant }) => of.includes(invariant)).length,
      ]),
    ),
    slowAfterKill: faults
      .filter(({ kind, recovery }) => isKill(kind) && (recovery?.resumedMs ?? 0) > AFTER_KILL_MS)
      .map(({ kind }) => kind),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}

function findSlowestRecovery(summaries: readonly SeedSummary[], kind: FaultKind): Recovery | undefined {
  const all = summaries.map(({ recoveries }) => recoveries[kind]).filter((each) => each !== undefined);
  if (all.length === 0) return undefined;
  return {
    resumedMs: Math.max(...all.map(({ resumedMs }) => resumedMs)),
    settledMs: Math.max(...all.map(({ settledMs }) => settledMs)),
  };
}

function tallyFaults(summaries: readonly SeedSummary[]): readonly FaultTally[] {
  return FAULT_KINDS.map((kind) => {
    const recovery = findSlowestRecovery(summaries, kind);
    return {
      kind,
      injections: sum(summaries.map(({ injections }) => injections[kind] ?? 0)),
      ...(recovery && { recovery }),
    };
  });
}

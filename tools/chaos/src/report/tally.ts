import type { Violation } from '../evidence/evidence.ts';
import { FAULT_KINDS, type FaultKind, isKill } from '../plan/fault-kinds.ts';
import type { Recovery } from './recovery.ts';
import type { SeedSummary } from './summary.ts';

/** What a kind of fault did over all seeds. */
interface FaultTally {
  readonly kind: FaultKind;
  readonly injections: number;
  /** The slowest of all; absent where none was measured. */
  readonly recovery?: Recovery;
}

/** All seeds together. */
export interface Tally {
  readonly seeds: number;
  readonly trainings: number;
  readonly runs: number;
  /** Processes that ended though nobody had ended them. */
  readonly unexpectedExits: number;
  readonly faults: readonly FaultTally[];
  readonly breaches: Readonly<Record<string, number>>;
  /** Kinds of deaths after which work lay idle for longer than it may. */
  readonly slowAfterKill: readonly FaultKind[];
}

/** The words of the table for each invariant. */
const BREACH_NAMES: readonly (readonly [name: string, of: readonly Violation['invariant'][]])[] = [
  ['double submissions', ['I2']],
  ['lost trainings', ['I3']],
  ['runs over the limit', ['I1']],
  ['wrong terminal states', ['I4', 'I6', 'I7']],
  ['leaked slots', ['I8']],
  ['manifest losses', ['I5']],
];
/** How soon others must go on with the work of a process that died. Ms of life. */
const AFTER_KILL_MS = 60_000;

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

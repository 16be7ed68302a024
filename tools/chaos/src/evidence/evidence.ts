import type { VersionEntry } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import type { HistoryEvent } from '@trainyard/runpod-simulator';
import type { FaultKind } from '../plan/fault-kinds.ts';
import type { RecordedEvent } from './tails.ts';

/** A request that was answered 202. Times are epoch ms, real. */
export interface AcceptedRequest {
  readonly trainingId: string;
  readonly answeredAt: number;
}

/** A bound, in force at some moment between the two and from then on. */
export interface LimitChange {
  readonly limit: number;
  readonly requestedAt: number;
  readonly answeredAt: number;
}

/** A webhook that the provider never sent. */
export interface ForgedWebhook {
  readonly trainingId: string;
  /** A word that is found nowhere else. */
  readonly marker: string;
  /** Whether it carried the right token. */
  readonly trusted: boolean;
  readonly httpStatus?: number;
}

/** A fault as it was carried out. */
export interface InjectionRecord {
  readonly kind: FaultKind;
  readonly at: number;
  readonly until: number;
  /** From when on somebody could go on with what it broke. */
  readonly recoverableAt: number;
  /** False when there was nothing to strike. */
  readonly injected: boolean;
  /** Faults of the stand-in that must all have struck, by its history. */
  readonly tags?: readonly string[];
}

/** What is kept of a training at the end. */
export interface FinalState {
  readonly training?: Training;
  /** Entries of this training in its subject's manifest. */
  readonly versions: readonly VersionEntry[];
  /** Bytes of the model that the training names; 0 when it is not there. */
  readonly modelBytes: number;
  /** Whether the store holds an output of any of its attempts. */
  readonly hasOutput: boolean;
}

/** All that a checker may judge by. The first two are recorded by others than Trainyard's own processes. */
export interface Evidence {
  /** What the stand-in did, in order. */
  readonly provider: readonly HistoryEvent[];
  /** What Redis took, in order. */
  readonly trainingEvents: readonly RecordedEvent[];
  readonly accepted: readonly AcceptedRequest[];
  readonly limitChanges: readonly LimitChange[];
  readonly forgedWebhooks: readonly ForgedWebhook[];
  readonly injections: readonly InjectionRecord[];
  /** When Redis was lost with all that it held. */
  readonly flushedAt: readonly number[];
  /** Trainings of which the journal did not yet hold the present state when that happened. */
  readonly notBackedUpAtLoss: readonly string[];
  readonly finalStates: ReadonlyMap<string, FinalState>;
  /** Trainings in the ledger at the end. */
  readonly activeAttempts: readonly string[];
  /** Jobs of the queue of trainings at the end that are not finished, by state. */
  readonly jobs: Readonly<Record<string, number>>;
  readonly settled: boolean;
  /** How often a process ended though nobody had ended it; one that cannot reach Redis at its start does. */
  readonly unexpectedExits: number;
  /** When the schedule was over and everything worked again. */
  readonly recoveredAt: number;
}

/** A breach of an invariant (SPEC, first table), with enough said to look for its cause. */
export interface Violation {
  readonly invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8';
  readonly message: string;
  readonly trainingId?: string;
}

import type { VersionEntry } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import type { HistoryEvent } from '@trainyard/runpod-simulator';
import type { FaultKind } from '../plan/fault-kinds.ts';
import type { RecordedEvent } from './tails.ts';

/** A request that was answered with 202. Times are unscaled epoch ms. */
export interface AcceptedRequest {
  readonly trainingId: string;
  readonly answeredAt: number;
}

/** A concurrency limit that took effect between its request and its response. */
export interface LimitChange {
  readonly limit: number;
  readonly requestedAt: number;
  readonly answeredAt: number;
}

/** A webhook that the chaos runner sent in place of the provider. */
export interface ForgedWebhook {
  readonly trainingId: string;
  /** A string that occurs only in this webhook. */
  readonly marker: string;
  /** True when the webhook carried a valid token. */
  readonly trusted: boolean;
  readonly httpStatus?: number;
}

/** An executed fault. Times are unscaled epoch ms. */
export interface InjectionRecord {
  readonly kind: FaultKind;
  readonly at: number;
  readonly until: number;
  /** Time from which a process could continue the interrupted work. */
  readonly recoverableAt: number;
  /** False when the fault found no target. */
  readonly injected: boolean;
  /** Tags of simulator faults; the injection counts only when the history contains all of them. */
  readonly tags?: readonly string[];
}

/** A training and its artifacts after the seed. */
export interface FinalState {
  readonly training?: Training;
  /** Entries of this training in its subject's manifest. */
  readonly versions: readonly VersionEntry[];
  /** Size of the model that the training names, in bytes; 0 when the object store does not contain it. */
  readonly modelBytes: number;
  /** The run that the simulator wrote into the bytes of the verified model. */
  readonly modelRunId?: string;
  /** Addresses that the training or its manifest entries name as verified models, and that no attempt of it may write. */
  readonly foreignModels: readonly string[];
  /** True when the object store contains an output of any attempt. */
  readonly hasOutput: boolean;
}

/** Input of the checker. The simulator and Redis, not Trainyard's processes, record the first two fields. */
export interface Evidence {
  /** History of the simulator, in order. */
  readonly provider: readonly HistoryEvent[];
  /** Event stream of Redis, in order. */
  readonly trainingEvents: readonly RecordedEvent[];
  readonly accepted: readonly AcceptedRequest[];
  readonly limitChanges: readonly LimitChange[];
  readonly forgedWebhooks: readonly ForgedWebhook[];
  readonly injections: readonly InjectionRecord[];
  /** Times at which Redis lost all data. */
  readonly flushedAt: readonly number[];
  /** Trainings with a pending backup at the moment of the loss. */
  readonly notBackedUpAtLoss: readonly string[];
  readonly finalStates: ReadonlyMap<string, FinalState>;
  /** Trainings with an active attempt after the seed. */
  readonly activeAttempts: readonly string[];
  /** Unfinished jobs of the queue of trainings after the seed, by state. */
  readonly jobs: Readonly<Record<string, number>>;
  /** True when no work was pending before the timeout. */
  readonly settled: boolean;
  /** Exits of processes that the runner did not cause; a process that cannot reach Redis at its start exits. */
  readonly unexpectedExits: number;
  /** Time at which the schedule ended and all faults were undone. */
  readonly recoveredAt: number;
}

/** A violated invariant (docs/invariants.md) with the facts that identify it. */
export interface Violation {
  readonly invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8';
  readonly message: string;
  readonly trainingId?: string;
}

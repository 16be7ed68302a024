import type { Pace } from '../estimate/pace.ts';
import type { Warning } from '../hyperparameters/index.ts';
import type { RunOutput, RunProgress } from './run.ts';

/** Why a slot must stay taken for so long after the provider must have forgotten the run (SPEC §2: ttl + 10 min). */
export const ATTEMPT_DEADLINE_GRACE_MS = 10 * 60_000;

/** What was expected of an attempt when it began, and the price that it began with. */
export interface Expectation {
  readonly durationSeconds: number;
  /** Absent when the price is unknown. */
  readonly costUsd?: number;
  readonly usdPerSecond?: number;
  /** Which speed it runs at: the GPU, or the endpoint where that is not named. */
  readonly pool: string;
}

/**
 * One try at getting a training onto compute. All that identifies the try to others (output names, webhook token)
 * is a function of the training and this number, which is never used twice.
 */
export interface Attempt {
  /** 1, 2, 3 … counted per training over everything that was ever started, paid or not. */
  readonly number: number;
  readonly endpointId: string;
  readonly startedAt: number;
  readonly executionTimeoutMs: number;
  readonly ttlMs: number;
  /** Past it, with one fresh answer of the provider, the run counts as ended. Epoch ms. */
  readonly attemptDeadline: number;
  readonly versionName: string;
  readonly modelName: string;
  /** Key of the LoRA, relative to the object store's prefix; a function of training and attempt. */
  readonly outputKey: string;
  /** The lock token of the queue's job, needed to finish that job when the run has ended. */
  readonly lockToken: string;
  /** Identity of the write that began the attempt: a write repeated after a lost reply is recognised by it. */
  readonly nonce: string;
  /** Digest over the training data as it was looked at (SPEC §8). */
  readonly dataDigest?: string;
  readonly expected?: Expectation;
  /** What was noteworthy about the training data as they were looked at (SPEC §6). */
  readonly warnings?: readonly Warning[];
}

/** An attempt whose run the provider is known to have accepted. */
export interface Run extends Attempt {
  readonly runId: string;
  readonly acceptedAt: number;
  /** First time that the provider said IN_PROGRESS; absent while it never did. */
  readonly startedRunningAt?: number;
  readonly progress?: RunProgress;
  readonly pace?: Pace;
  /** Since when the provider answers 404, without any other answer in between. */
  readonly missingSince?: number;
}

/** A run that ended well by the provider's word or by an object found in the store; not yet looked at. */
export interface EndedRun extends Attempt {
  /** Absent when the run was only ever known by what it left in the store. */
  readonly runId?: string;
  readonly output: RunOutput;
  readonly endedAt: number;
  readonly executionMs?: number;
  /** From submission until a worker took it. */
  readonly delayMs?: number;
}

/** When an attempt must be dead, whatever happened. @returns epoch ms */
export function calculateAttemptDeadline(startedAt: number, ttlMs: number): number {
  return startedAt + ttlMs + ATTEMPT_DEADLINE_GRACE_MS;
}

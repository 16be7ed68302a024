import type { Pace } from '../../estimate/pace.ts';
import type { Failure } from '../../failure/failure.ts';
import type { Warning } from '../../hyperparameters/policies/policy.ts';

/** Margin between the ttl of a run and the deadline of its attempt: 10 min, in ms. */
export const ATTEMPT_DEADLINE_GRACE_MS = 10 * 60_000;

/** Estimate of an attempt at its start, with the price at that time. */
export interface Expectation {
  readonly durationSeconds: number;
  /** Absent when the price is unknown. */
  readonly costUsd?: number;
  readonly usdPerSecond?: number;
  /** Pool of runs with comparable speed: the GPU, or the endpoint when no GPU is named. */
  readonly pool: string;
}

/**
 * One attempt to run a training at the provider. Output names and webhook token are functions of the training and
 * `number`, which is never used twice, so that attempts cannot be confused. Times are epoch ms.
 */
export interface Attempt {
  /** 1, 2, 3 …: counts every started attempt of the training, paid or not. */
  readonly number: number;
  readonly endpointId: string;
  readonly startedAt: number;
  readonly executionTimeoutMs: number;
  readonly ttlMs: number;
  /** After this time the run counts as ended, once the provider was asked again (I8). */
  readonly attemptDeadline: number;
  readonly versionName: string;
  readonly modelName: string;
  /** Name of the output file in the container; absent when it is the model name. */
  readonly outputName?: string;
  /** Key of the LoRA, relative to the object store's prefix; unique per training and attempt. */
  readonly outputKey: string;
  /** Lock token of the job in the queue, needed to finish the job when the run has ended. */
  readonly lockToken: string;
  /** The job was finished with a run that proved to be a different one: the attempt holds its slot without a job. */
  readonly jobFinished?: true;
  /** Identifies the write that started the attempt, so that a write repeated after a lost reply is recognized. */
  readonly nonce: string;
  /** Digest of the training data at the time of the dataset report (docs/concepts/datasets.md). */
  readonly dataDigest?: string;
  readonly expected?: Expectation;
  /** Warnings of the dataset report. */
  readonly warnings?: readonly Warning[];
}

/** An attempt whose run the provider has accepted. */
export interface Run extends Attempt {
  readonly runId: string;
  readonly acceptedAt: number;
  /** First time that the provider reported the run in progress; absent before that. */
  readonly startedRunningAt?: number;
  /** Time of the first report with a step above 0. */
  readonly firstStepAt?: number;
  readonly progress?: RunProgress;
  readonly pace?: Pace;
  /** Start of the present series of 404 answers of the provider. */
  readonly missingSince?: number;
  /** Start of the present series of polls that the provider did not answer. */
  readonly unansweredSince?: number;
}

/**
 * A run of an attempt of the training. A run id belongs to one attempt for ever
 * (docs/concepts/unconfirmed-submissions.md).
 */
export interface RunClaim {
  readonly attempt: number;
  readonly endpointId: string;
  readonly runId: string;
  /** The provider named the run in its answer to the submission. Absent: a webhook or an operator named it. */
  readonly answered?: true;
  /** Set while the run of a former attempt may be alive: the deadline of that attempt, epoch ms. */
  readonly orphanedUntil?: number;
}

/** A run that ended well, by the report of the provider or by an object in the object store; its output is unchecked. */
export interface EndedRun
  extends Attempt,
    Partial<Pick<Run, 'acceptedAt' | 'startedRunningAt' | 'firstStepAt' | 'progress' | 'pace'>> {
  /** Absent when only the output in the object store proves the run. */
  readonly runId?: string;
  readonly output: RunOutput;
  readonly endedAt: number;
  readonly executionMs?: number;
  /** From submission until a worker took it. */
  readonly delayMs?: number;
}

/** The number of requeued attempts whose times a training keeps. */
export const MAX_PAST_ATTEMPTS = 20;

/** The times of an attempt whose run ended without a model, after which the training was requeued. */
export interface PastAttempt extends Pick<Run, 'startedRunningAt' | 'firstStepAt'> {
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Time after which the run of an attempt cannot be live: ttl + {@link ATTEMPT_DEADLINE_GRACE_MS}. @returns epoch ms */
export function calculateAttemptDeadline(startedAt: number, ttlMs: number): number {
  return startedAt + ttlMs + ATTEMPT_DEADLINE_GRACE_MS;
}

/** Progress of a run, as its container reports it. Absent fields were not reported. */
export interface RunProgress {
  readonly step: number;
  readonly totalSteps: number;
  readonly loss?: number;
  readonly stepsPerSecond?: number;
}

/** The output that a finished run reports: untrusted until the object was found in the object store. */
export interface RunOutput {
  /** The address of the LoRA as reported, at most 4 096 bytes; see `parseModelAddress`. */
  readonly loraUrl?: string;
  /** The reason why the reported address was dropped. */
  readonly addressFault?: string;
  readonly loraName?: string;
  readonly sizeBytes?: number;
  /** SHA-256 of the model as reported, 64 hexadecimal digits in lower case. */
  readonly sha256?: string;
  /** The addresses of pictures as reported, at most `MAX_PICTURES`; see `parseModelAddress`. */
  readonly samples?: readonly string[];
  /** Number of reported pictures beyond the bounds of `samples`, which are ignored. */
  readonly samplesIgnored?: number;
}

/** The end of a run. `timed_out` covers an exceeded execution timeout and an expired ttl before a worker started it. */
export type RunOutcome =
  | {
      readonly status: 'completed';
      readonly output: RunOutput;
      readonly executionMs?: number;
      /** From submission until a worker took it. */
      readonly delayMs?: number;
    }
  | {
      readonly status: 'failed' | 'timed_out' | 'cancelled';
      readonly failure: Failure;
      readonly executionMs?: number;
    };

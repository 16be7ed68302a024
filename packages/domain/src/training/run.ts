import type { Failure } from '../failure/failure.ts';

/** How far a run has come, as its container reports it while in progress. Absent fields were not reported. */
export interface RunProgress {
  readonly step: number;
  readonly totalSteps: number;
  readonly loss?: number;
  readonly stepsPerSecond?: number;
}

/** What a finished run says it produced (seed 001's success payload); a hint until the object was looked at. */
export interface RunOutput {
  /** `s3://` address, https address or bare key of the LoRA. */
  readonly loraUrl?: string;
  readonly loraName?: string;
  readonly sizeBytes?: number;
}

/** How a run ended, in our words. `timed_out` covers both a used-up executionTimeout and never being picked up. */
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

/** Why a training ended without a model (SPEC §2). The class decides what happens next. */
export const FAILURE_CLASSES = [
  'provider',
  'timeout',
  'out_of_memory',
  'data',
  'configuration',
  'unknown',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** A classified fault with the words that a person reads. Never holds a secret or a request body. */
export interface Failure {
  readonly class: FailureClass;
  /** A stable word for programs, e.g. `lost`, `output_missing`, `refused_400`. */
  readonly code: string;
  readonly message: string;
}

/** The end of an attempt of which neither the provider nor the store knows anything. */
export const LOST_FAILURE: Failure = {
  class: 'provider',
  code: 'lost',
  message: 'The run is gone: the provider does not know it and the store holds no output of it.',
};

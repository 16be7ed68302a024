/** The classes of failures. The class decides whether the training is retried (docs/concepts/lifecycle.md). */
export const FAILURE_CLASSES = [
  'provider',
  'timeout',
  'out_of_memory',
  'data',
  'configuration',
  'unknown',
] as const;
/** A class of failures. */
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** A classified failure with a message for operators. It holds neither secrets nor request bodies. */
export interface Failure {
  readonly class: FailureClass;
  /** A stable code for programs, e.g. `lost`, `output_missing`, `refused_400`. */
  readonly code: string;
  readonly message: string;
}

/** The failure of an attempt that neither the provider nor the object store knows. */
export const LOST_FAILURE: Failure = {
  class: 'provider',
  code: 'lost',
  message: 'The run is lost: the provider does not know it, and the object store holds no output of it.',
};

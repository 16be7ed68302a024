/** A breach of an invariant (SPEC, first table), with enough said to look for its cause. */
export interface Violation {
  readonly invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8';
  readonly message: string;
  readonly trainingId?: string;
}

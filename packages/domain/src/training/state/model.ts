/** The model of a completed training. */
export interface Model {
  /** `s3://` address of a verified model; any address as text otherwise. */
  readonly loraUrl: string;
  /** Whether the object exists and the attempt may have written it. Only such a model is served. */
  readonly verified: boolean;
  readonly sizeBytes?: number;
  /** SHA-256 in lower-case hexadecimal digits, by the object store or by the container. */
  readonly sha256?: string;
  /** Pictures in the folder of the model; only a verified model has them. */
  readonly pictures?: readonly ModelPicture[];
}

/** A picture that a run stored in the folder of its model. */
export interface ModelPicture {
  /** File name in the folder of the model. */
  readonly name: string;
  readonly kind: 'sample' | 'loss' | 'other';
  /** Index of the prompt of a sample. */
  readonly index?: number;
  readonly sizeBytes: number;
}

/** The number of pictures that a version records at most. */
export const MAX_PICTURES = 64;

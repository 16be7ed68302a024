/** Thrown when a subject's id cannot be told again from the model's name, which is all that the seeds' body has. */
export class AmbiguousNameError extends Error {
  readonly code = 'ambiguous_name';
  readonly retryable = false;
  constructor(id: string, name: string) {
    super(
      `"${id}" cannot be told from the model name "${name}"; ask with \`enqueue\`, which names the subject itself`,
    );
    this.name = 'AmbiguousNameError';
  }
}

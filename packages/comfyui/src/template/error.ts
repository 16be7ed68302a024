/**
 * Thrown when a template cannot be used: there is none of that name (or the name is none), or its file is not a
 * sound workflow with one node of each kind that is filled in.
 */
export class WorkflowTemplateError extends Error {
  override readonly name = 'WorkflowTemplateError';
  readonly retryable = false;
  readonly code: 'unknown_template' | 'invalid_template';
  readonly template: string;

  constructor(
    code: WorkflowTemplateError['code'],
    template: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.template = template;
  }
}

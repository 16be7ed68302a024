/** The closed set of faults a workflow can have. */
export type WorkflowIssueCode =
  | 'not_a_workflow'
  | 'unknown_class'
  | 'unknown_node'
  | 'no_output'
  | 'missing_input'
  | 'unknown_input'
  | 'bad_link'
  | 'wrong_link_type'
  | 'wrong_source'
  | 'cycle'
  | 'wrong_type'
  | 'out_of_range'
  | 'not_in_list'
  | 'not_allowed'
  | 'conflict'
  | 'unreachable'
  | 'structure'
  | 'steps_mismatch';

/** One fault: where it is, what is there, what may be there (SPEC §4: node, input, value, bound). */
export interface WorkflowIssue {
  readonly code: WorkflowIssueCode;
  readonly node?: string;
  readonly class_type?: string;
  readonly input?: string;
  readonly value?: unknown;
  /** What would have been accepted, in words. */
  readonly bound?: string;
  readonly message: string;
}

/** Thrown when a workflow cannot be sent as it is; lists every fault found. Trying again changes nothing. */
export class WorkflowError extends Error {
  override readonly name = 'WorkflowError';
  readonly code = 'invalid_workflow';
  readonly retryable = false;
  readonly issues: readonly WorkflowIssue[];

  constructor(issues: readonly WorkflowIssue[]) {
    super(issues.map((issue) => issue.message).join('; '));
    this.issues = issues;
  }
}

import { TrainyardError } from '@trainyard/domain';

/** The closed set of faults of a workflow. */
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

/** A fault of a workflow: its node and input, the value, and the values that are allowed. */
export interface WorkflowIssue {
  readonly code: WorkflowIssueCode;
  readonly node?: string;
  readonly class_type?: string;
  readonly input?: string;
  readonly value?: unknown;
  /** The allowed values as text. */
  readonly bound?: string;
  readonly message: string;
}

/** Thrown when a workflow is invalid and cannot be submitted. `issues` lists every fault. */
export class WorkflowError extends TrainyardError {
  readonly code = 'invalid_workflow';
  readonly issues: readonly WorkflowIssue[];

  constructor(issues: readonly WorkflowIssue[]) {
    super(issues.map((issue) => issue.message).join('; '));
    this.issues = issues;
  }
}

/**
 * Thrown when a template cannot be used: its name is unknown («unknown_template»), or its file is not a valid workflow
 * with one node of each class that building completes («invalid_template»).
 */
export class WorkflowTemplateError extends TrainyardError {
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

/** Thrown when the /object_info document of a container cannot be used. `reason` completes «OBJECT_INFO is unreadable: …». */
export class ObjectInfoError extends TrainyardError {
  readonly code = 'object_info_unreadable';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
  }
}

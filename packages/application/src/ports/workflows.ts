import type { Hyperparameters } from '@trainyard/domain';

/** A ComfyUI graph in API format. */
export type WorkflowJson = Readonly<Record<string, unknown>>;

/** What a workflow is built from. */
export interface WorkflowInput {
  readonly template: string;
  readonly hyperparameters: Hyperparameters;
  readonly trigger: string;
  /** Put before every caption; "" when the captions hold the trigger already. */
  readonly classTokens: string;
  readonly outputName: string;
  readonly outputDir: string;
  readonly datasetDir: string;
  readonly samplePrompts: readonly string[];
  readonly validation: boolean;
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What is set in a caller's own workflow. */
export interface WorkflowAdoptionInput {
  readonly workflow: unknown;
  readonly outputName: string;
  readonly outputDir: string;
  readonly datasetDir: string;
  readonly claimed?: { readonly learning_rate?: number; readonly max_train_steps?: number };
}

export interface WorkflowAdoption {
  readonly workflow: WorkflowJson;
  /** Each value that was set to keep runs apart. */
  readonly changes: readonly Readonly<Record<string, unknown>>[];
  readonly hyperparameters: Partial<Hyperparameters>;
}

export interface WorkflowIssueReport {
  readonly node?: string;
  readonly input?: string;
  readonly value?: unknown;
  readonly bound?: string;
  readonly message: string;
}

/** Thrown when a workflow cannot be what the container will take; names node, input, value and bound. */
export class InvalidWorkflowError extends Error {
  readonly code = 'invalid_workflow';
  readonly retryable = false;
  readonly issues: readonly WorkflowIssueReport[];
  constructor(issues: readonly WorkflowIssueReport[], options?: { readonly cause?: unknown }) {
    super(issues.map((issue) => issue.message).join('; '), options);
    this.name = 'InvalidWorkflowError';
    this.issues = issues;
  }
}

/** Builds and checks the graphs that are sent. Throws {@link InvalidWorkflowError}. */
export interface WorkflowBuilder {
  build(input: WorkflowInput): WorkflowJson;
  adopt(input: WorkflowAdoptionInput): WorkflowAdoption;
  /** The template's content hash, frozen at accept. Throws {@link InvalidWorkflowError} for unknown names. */
  templateHash(name: string): string;
}

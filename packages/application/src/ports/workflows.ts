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

/** Builds and checks the graphs that are sent. Throws {@link InvalidWorkflowError}. */
export interface WorkflowBuilder {
  build(input: WorkflowInput): WorkflowJson;
  adopt(input: WorkflowAdoptionInput): WorkflowAdoption;
  /** The template's content hash, frozen at accept. Throws {@link InvalidWorkflowError} for unknown names. */
  templateHash(name: string): string;
}

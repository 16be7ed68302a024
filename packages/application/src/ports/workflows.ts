import type { Hyperparameters } from '@trainyard/domain';

/** A ComfyUI graph in API format. */
export type WorkflowJson = Readonly<Record<string, unknown>>;

/**
 * Node classes of the container that a workflow uses, by name, as the workflow builder describes them. They are stored with
 * the training, so that it stays valid while the container's document is unreadable.
 */
export type NodeClasses = Readonly<Record<string, unknown>>;

/** The input of a workflow of a template. */
export interface WorkflowInput {
  readonly template: string;
  readonly hyperparameters: Hyperparameters;
  readonly trigger: string;
  /** The prefix of every caption; "" when the captions contain the trigger. */
  readonly classTokens: string;
  readonly outputName: string;
  readonly outputDir: string;
  readonly datasetDir: string;
  readonly samplePrompts: readonly string[];
  readonly validation: boolean;
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Classes of an accepted training; they outrank the present ones. */
  readonly nodeClasses?: NodeClasses | undefined;
}

/** The input of a caller's own workflow. */
export interface WorkflowAdoptionInput {
  readonly workflow: unknown;
  readonly outputName: string;
  readonly outputDir: string;
  readonly datasetDir: string;
  readonly nodeClasses?: NodeClasses | undefined;
  readonly claimed?: { readonly learning_rate?: number; readonly max_train_steps?: number };
}

/** A caller's workflow with the values that Trainyard set, and the hyperparameters that it contains. */
export interface WorkflowAdoption {
  readonly workflow: WorkflowJson;
  /** Each value that was replaced so that runs do not overwrite each other's files. */
  readonly changes: readonly Readonly<Record<string, unknown>>[];
  readonly hyperparameters: Partial<Hyperparameters>;
}

/** Builds and checks the workflows of submissions. Every method throws InvalidWorkflowError. */
export interface WorkflowBuilder {
  /** Builds the workflow of a template. */
  build(input: WorkflowInput): WorkflowJson;
  /** Checks a caller's workflow and replaces its output and dataset paths. */
  adopt(input: WorkflowAdoptionInput): WorkflowAdoption;
  /** The trigger that a caller's workflow puts before the captions; undefined without one. Never throws. */
  findTrigger(workflow: unknown): string | undefined;
  /** The container's node classes that a built or adopted workflow uses; empty when the built-in classes suffice. */
  pickNodeClasses(workflow: WorkflowJson): NodeClasses;
  /** The content hash of a template, which is frozen at accept. Throws InvalidWorkflowError for an unknown name. */
  templateHash(name: string): string;
}

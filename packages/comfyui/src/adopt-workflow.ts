import type { Hyperparameters } from '@trainyard/domain';
import { WorkflowError, type WorkflowIssue } from './errors.ts';
import { readHyperparameters } from './node-inputs.ts';
import { NODE_SCHEMAS } from './nodes/registry.ts';
import type { NodeSchemas } from './nodes/schema.ts';
import { ignoredInputs } from './validation/inputs.ts';
import { readShape, validateWorkflow } from './validation/validate.ts';
import { findNodesByClass, getLiteral, inputIssue, type Workflow, withInputs } from './workflow.ts';

/** A workflow of the caller, and the values that isolate its run. */
export interface AdoptionRequest extends Isolation {
  /** The unchecked workflow of the request. */
  readonly workflow: unknown;
  /** The `training_config` of the request; each of its values must agree with the workflow. */
  readonly trainingConfig?: ClaimedConfig | undefined;
  /** Replaces the known node classes. */
  readonly schemas?: NodeSchemas | undefined;
  /** The reason why other classes are unknown. */
  readonly unknownClass?: string | undefined;
}

/** An adopted workflow, ready for submission, with its changes. */
export interface AdoptedWorkflow {
  readonly workflow: Workflow;
  /** The inputs that were set; the response lists them. */
  readonly changes: readonly Change[];
  /** Inputs that no node schema knows, by node id: ComfyUI ignores them silently. */
  readonly ignored: Readonly<Record<string, readonly string[]>>;
  /** The hyperparameters that the workflow defines. */
  readonly hyperparameters: Partial<Hyperparameters>;
}

/**
 * Adopts a complete workflow of the caller: it is used unchanged, except for the inputs that isolate its run and
 * the extension of its captions. Nodes are found by class. Throws {@link WorkflowError} when the workflow is invalid or contradicts `trainingConfig`.
 */
export function adoptWorkflow(request: AdoptionRequest): AdoptedWorkflow {
  const shape = readShape(request.workflow);
  if ('issues' in shape) throw new WorkflowError(shape.issues);
  const schemas = request.schemas ?? NODE_SCHEMAS;
  const { workflow, changes } = isolateWorkflow(shape.workflow, request);
  const disagreements = checkAgreement(workflow, request.trainingConfig ?? {});
  const issues = [...validateWorkflow(workflow, schemas, request.unknownClass), ...disagreements];
  if (issues.length > 0) throw new WorkflowError(issues);
  return {
    workflow,
    changes,
    ignored: ignoredInputs(workflow, schemas),
    hyperparameters: readHyperparameters(workflow),
  };
}

/** The `training_config` that the legacy API accepts beside a workflow. */
export interface ClaimedConfig {
  readonly learning_rate?: number | undefined;
  readonly max_train_steps?: number | undefined;
}

/** Finds values of `training_config` that contradict the workflow, since either of them is a mistake. */
function checkAgreement(workflow: Workflow, claimed: ClaimedConfig): readonly WorkflowIssue[] {
  const names = ['learning_rate', 'max_train_steps'] as const;
  const [init] = findNodesByClass(workflow, 'InitFluxLoRATraining');
  if (init === undefined) return [];
  return names
    .filter((name) => claimed[name] !== undefined && getLiteral(workflow, init, name) !== claimed[name])
    .map((name) => {
      const bound = `${claimed[name]}, the value of training_config`;
      return inputIssue(workflow, init, name, { code: 'conflict', bound });
    });
}

/** The values that isolate the run of an attempt on a warm worker. */
export interface Isolation {
  readonly outputName: string;
  /** An absolute path that only this attempt uses. */
  readonly outputDir: string;
  /** The folder in which the container stores the images. */
  readonly datasetDir: string;
}

/** An input that adoption has set. */
export interface Change {
  readonly node: string;
  readonly class_type: string;
  readonly input: string;
  /** The value of the caller; undefined without one. */
  readonly from: unknown;
  readonly to: unknown;
}

/**
 * Sets the inputs that isolate runs on a warm worker and the extension of the captions, by class and not by id. Returns each
 * change.
 */
function isolateWorkflow(
  workflow: Workflow,
  isolation: Isolation,
): Readonly<{ workflow: Workflow; changes: readonly Change[] }> {
  const changes = toIsolatedInputs(isolation).flatMap(([classType, input, to]) =>
    findNodesByClass(workflow, classType)
      .map((node) => ({ node, class_type: classType, input, from: workflow[node]?.inputs[input], to }))
      .filter((change) => change.from !== to),
  );
  const isolated = changes.reduce(
    (graph, { node, input, to }) => withInputs(graph, { [node]: { [input]: to } }),
    workflow,
  );
  return { workflow: isolated, changes };
}

function toIsolatedInputs({ outputName, outputDir, datasetDir }: Isolation) {
  return [
    ['TrainDatasetGeneralConfig', 'reset_on_queue', true],
    ['TrainDatasetGeneralConfig', 'caption_extension', '.txt'],
    ['TrainDatasetAdd', 'dataset_path', datasetDir],
    ['InitFluxLoRATraining', 'output_name', outputName],
    ['InitFluxLoRATraining', 'output_dir', outputDir],
    ['InitFluxLoRATraining', 'additional_args', ''],
  ] as const;
}

import { findNodesByClass, type Workflow, withInputs } from '../workflow/workflow.ts';

/** What is set in every adopted workflow. */
export interface Isolation {
  readonly outputName: string;
  /** An absolute path of this attempt's own. */
  readonly outputDir: string;
  /** Where the container puts the images. */
  readonly datasetDir: string;
}

/** One value that was set, for the answer. */
export interface Change {
  readonly node: string;
  readonly class_type: string;
  readonly input: string;
  /** What the caller had; undefined when it was left out. */
  readonly from: unknown;
  readonly to: unknown;
}

/** Sets what keeps runs apart on a warm worker (SPEC §5.2), by class and not by id, and names each change. */
export function isolateWorkflow(
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
    ['TrainDatasetAdd', 'dataset_path', datasetDir],
    ['InitFluxLoRATraining', 'output_name', outputName],
    ['InitFluxLoRATraining', 'output_dir', outputDir],
    ['InitFluxLoRATraining', 'additional_args', ''],
  ] as const;
}

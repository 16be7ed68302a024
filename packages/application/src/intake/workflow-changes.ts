import { type Training, toModelName, toOutputDir, toOutputName } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { WorkflowAdoption } from '../ports/workflows.ts';
import type { TrainCommand } from './command.ts';

/** The names and paths of the first attempt of a request. A version without a name gets it at dispatch. */
export function toFirstPaths(deps: Pick<Deps, 'settings'>, trainingId: string, request: NamedRequest) {
  const { subject, versionName = 'V1', modelName = toModelName(subject, request.versionName) } = request;
  const facts = { trainingId, attempt: 1, subject, modelName, versionName };
  const { containerOutputDir: template, containerDatasetDir: datasetDir } = deps.settings;
  const outputName = toOutputName(facts, request, template);
  return { outputName, outputDir: toOutputDir({ ...facts, outputName }, template), datasetDir };
}

type NamedRequest = Pick<TrainCommand, 'subject' | 'versionName' | 'modelName'>;

/**
 * Lists the changes made to the caller's own workflow so that runs do not overwrite each other's files.
 * Deterministic: a replayed request gets the same list.
 */
export function listWorkflowChanges(
  deps: Pick<Deps, 'settings' | 'workflows'>,
  { id, request }: Pick<Training, 'id' | 'request'>,
): WorkflowAdoption['changes'] {
  if (!request.workflow) return [];
  const { workflow, nodeClasses } = request;
  return deps.workflows.adopt({ ...toFirstPaths(deps, id, request), workflow, nodeClasses }).changes;
}

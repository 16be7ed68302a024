import type { WorkflowIssue } from '../workflow/error.ts';
import { inputIssue } from '../workflow/issue.ts';
import { findNodesByClass, getLiteral, type Workflow } from '../workflow/workflow.ts';

/** What the request says beside its workflow (seed 001, `training_config`). */
export interface ClaimedConfig {
  readonly learning_rate?: number | undefined;
  readonly max_train_steps?: number | undefined;
}

/** Values beside the workflow that say something else than the graph: one of the two is a mistake. */
export function checkAgreement(workflow: Workflow, claimed: ClaimedConfig): readonly WorkflowIssue[] {
  const names = ['learning_rate', 'max_train_steps'] as const;
  const [init] = findNodesByClass(workflow, 'InitFluxLoRATraining');
  if (init === undefined) return [];
  return names
    .filter((name) => claimed[name] !== undefined && getLiteral(workflow, init, name) !== claimed[name])
    .map((name) => {
      const bound = `${claimed[name]}, as training_config says`;
      return inputIssue(workflow, init, name, { code: 'conflict', bound });
    });
}

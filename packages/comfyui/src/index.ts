export { createWorkflowBuilder, type WorkflowBuilderOptions } from './adapter/workflow-builder.ts';
export { type AdoptedWorkflow, type AdoptionRequest, adoptWorkflow } from './adopt/adopt.ts';
export type { ClaimedConfig } from './adopt/agreement.ts';
export type { Change, Isolation } from './adopt/isolate.ts';
export {
  type BuiltWorkflow,
  buildWorkflow,
  DEFAULT_MODEL_FILES,
  type ModelFiles,
  type WorkflowRequest,
} from './build/build.ts';
export { readHyperparameters } from './build/hyperparameter-inputs.ts';
export { NODE_SCHEMAS } from './nodes/registry.ts';
export type { InputSpec, NodeSchema, NodeSchemas } from './nodes/schema.ts';
export {
  compareObjectInfo,
  type ObjectInfoComparison,
  type ObjectInfoFinding,
} from './object-info/compare.ts';
export { WorkflowTemplateError } from './template/error.ts';
export {
  DEFAULT_TEMPLATE_NAME,
  listWorkflowTemplates,
  loadWorkflowTemplate,
  WORKFLOWS_DIRECTORY,
} from './template/loader.ts';
export { hashWorkflow, parseWorkflowTemplate, type WorkflowTemplate } from './template/template.ts';
export { ignoredInputs } from './validation/inputs.ts';
export { requireValid, validateWorkflow } from './validation/validate.ts';
export { WorkflowError, type WorkflowIssue, type WorkflowIssueCode } from './workflow/error.ts';
export type { Link, NodeInputs, Workflow, WorkflowNode } from './workflow/workflow.ts';

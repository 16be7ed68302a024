export {
  type AdoptedWorkflow,
  type AdoptionRequest,
  adoptWorkflow,
  type Change,
  type ClaimedConfig,
  type Isolation,
} from './adopt-workflow.ts';
export {
  type BuiltWorkflow,
  buildWorkflow,
  DEFAULT_MODEL_FILES,
  type ModelFiles,
  type WorkflowRequest,
} from './build-workflow.ts';
export {
  ObjectInfoError,
  WorkflowError,
  type WorkflowIssue,
  type WorkflowIssueCode,
  WorkflowTemplateError,
} from './errors.ts';
export { readHyperparameters } from './node-inputs.ts';
export { NODE_SCHEMAS } from './nodes/registry.ts';
export type { InputSpec, NodeSchema, NodeSchemas } from './nodes/schema.ts';
export {
  compareObjectInfo,
  type ObjectInfoComparison,
  type ObjectInfoFinding,
} from './object-info/compare.ts';
export { type DeclaredClasses, MAX_OBJECT_INFO_BYTES, parseObjectInfo } from './object-info/declared.ts';
export { pickUsedSchemas, toNodeSchemas } from './object-info/schemas.ts';
export {
  DEFAULT_TEMPLATE_NAME,
  hashWorkflow,
  listWorkflowTemplates,
  loadWorkflowTemplate,
  parseWorkflowTemplate,
  WORKFLOWS_DIRECTORY,
  type WorkflowTemplate,
} from './template.ts';
export { ignoredInputs } from './validation/inputs.ts';
export { requireValid, validateWorkflow } from './validation/validate.ts';
export type { Link, NodeInputs, Workflow, WorkflowNode } from './workflow.ts';
export { createWorkflowBuilder, type KnownClasses, type WorkflowBuilderOptions } from './workflow-builder.ts';

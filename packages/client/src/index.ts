export {
  DEFAULT_TEMPLATE_NAME,
  listWorkflowTemplates,
  loadWorkflowTemplate,
  WorkflowError,
  WorkflowTemplateError,
} from '@trainyard/comfyui';
export { HyperparameterError } from '@trainyard/domain';
export { createTrainyardClient, type TrainyardClient, type TrainyardClientOptions } from './client.ts';
export { type Connection, createConnection, type Question } from './connection/connection.ts';
export { RefusedError, StrangeAnswerError, UnreachableError } from './connection/errors.ts';
export { AmbiguousNameError } from './trainings/ambiguous-name.ts';
export type { ActorWish, StartWish, StyleWish } from './trainings/start.ts';
export { type WatchChoices, watch } from './trainings/watch.ts';
export { computeHyperparams, type HyperparamChoices } from './workflows/hyperparams.ts';
export { buildWorkflow, type WorkflowWish } from './workflows/workflow.ts';

export {
  DEFAULT_TEMPLATE_NAME,
  listWorkflowTemplates,
  loadWorkflowTemplate,
  WorkflowError,
  WorkflowTemplateError,
} from '@trainyard/comfyui';
export { HyperparameterError } from '@trainyard/domain';
export { createTrainyardClient, type TrainyardClient, type TrainyardClientOptions } from './client.ts';
export { type Connection, createConnection, type RequestOptions } from './connection/connection.ts';
export { RefusedError, UnexpectedResponseError, UnreachableError } from './connection/errors.ts';
export { computeHyperparams, type HyperparamOptions } from './hyperparams.ts';
export { AmbiguousNameError } from './trainings/ambiguous-name.ts';
export type { ActorStartRequest, StartRequest, StyleStartRequest } from './trainings/start.ts';
export { type WatchOptions, watch } from './trainings/watch.ts';
export { buildWorkflow, type WorkflowOptions } from './workflow.ts';

export {
  DEFAULT_TEMPLATE_NAME,
  listWorkflowTemplates,
  loadWorkflowTemplate,
  WorkflowError,
  WorkflowTemplateError,
} from '@trainyard/comfyui';
export { HyperparameterError } from '@trainyard/domain';
export { createTrainyardClient, type TrainyardClient, type TrainyardClientOptions } from './client.ts';
export { type Connection, createConnection, type RequestOptions } from './connection.ts';
export {
  AmbiguousNameError,
  InvalidApiKeyError,
  RefusedError,
  UnexpectedResponseError,
  UnreachableError,
} from './errors.ts';
export type { ActorStartRequest, StartRequest, StyleStartRequest } from './start.ts';
export { type ChangeSignal, createChangeSignal, type WatchOptions, watch } from './watch.ts';
export {
  buildWorkflow,
  computeHyperparams,
  type HyperparamOptions,
  type WorkflowOptions,
} from './workflow.ts';

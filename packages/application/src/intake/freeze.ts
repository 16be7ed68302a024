import {
  HyperparameterError,
  type Hyperparameters,
  type Resolution,
  resolveHyperparameters,
  type TrainingRequest,
  toJobId,
  toModelName,
} from '@trainyard/domain';
import { findRequestErrors } from '../dataset/known-errors.ts';
import { type ImageAddress, resolveImages } from '../dataset/select-images.ts';
import type { Deps } from '../deps.ts';
import { DatasetRefusedError, InvalidRequestError, InvalidWorkflowError } from '../errors.ts';
import type { WorkflowAdoption, WorkflowJson } from '../ports/workflows.ts';
import { MAX_PRIORITY, normalizeCommand, planPictures, type TrainCommand } from './command.ts';
import { resolveTrigger } from './trigger.ts';
import { toFirstPaths } from './workflow-changes.ts';

/** Ports and settings that freezing a request needs. */
export type FreezeDeps = Pick<Deps, 'catalogue' | 'workflows' | 'clock' | 'settings' | 'messenger'>;

/** A request with all inputs frozen, the resolved hyperparameters, and the workflow built from them. */
export interface FrozenRequest {
  readonly request: TrainingRequest;
  /** The entries of the list of images, also those that are not addresses. */
  readonly images: readonly ImageAddress[];
  readonly resolution: Resolution;
  /**
   * The workflow as it would be submitted, with placeholders for the names that are assigned at dispatch.
   */
  readonly workflow: WorkflowJson;
  /** Changes made to the caller's own workflow; empty for a template. */
  readonly changes: WorkflowAdoption['changes'];
}

/**
 * Freezes a command into a request and performs every check that needs no access to the images. Throws
 * InvalidRequestError with all faults found, SubjectNotFoundError, SelectionSetNotFoundError, TriggerUnreadableError,
 * TriggerRequiredError, or DatasetRefusedError without images.
 */
export async function freeze(deps: FreezeDeps, given: TrainCommand): Promise<FrozenRequest> {
  const command = normalizeCommand(given);
  const inputs = await resolveInputs(deps, command);
  try {
    const graph = buildGraph(deps, command, inputs);
    return {
      request: assembleRequest(deps, command, { ...inputs, ...graph }),
      images: inputs.images,
      resolution: inputs.resolution,
      ...graph,
    };
  } catch (error) {
    if (!(error instanceof InvalidWorkflowError)) throw error;
    const issues = error.issues.map(({ node, input, ...rest }) => ({
      path: ['workflow', node, input].filter(Boolean).join('.'),
      ...rest,
    }));
    throw new InvalidRequestError(issues, { cause: error });
  }
}

function resolveParameters(deps: FreezeDeps, command: TrainCommand, imageCount: number): Resolution {
  try {
    return resolveHyperparameters({
      kind: command.subject.kind,
      imageCount,
      policy: command.policy,
      overrides: command.hyperparameters,
      settings: deps.settings.hyperparameters,
      defaultPolicy: deps.settings.defaultPolicy,
    });
  } catch (error) {
    if (!(error instanceof HyperparameterError)) throw error;
    const issues = error.issues.map(({ field, ...rest }) => ({ path: `hyperparameters.${field}`, ...rest }));
    throw new InvalidRequestError(issues, { cause: error });
  }
}

/** The id of a training in the paths of a workflow that is not submitted. */
const PREVIEW_ID = 'preview';

interface BuiltGraph {
  readonly workflow: WorkflowJson;
  readonly hyperparameters: Hyperparameters;
  readonly changes: WorkflowAdoption['changes'];
}

function buildGraph(deps: FreezeDeps, command: TrainCommand, inputs: ResolvedInputs): BuiltGraph {
  const { hyperparameters } = inputs.resolution;
  const paths = toFirstPaths(deps, PREVIEW_ID, command);
  if (command.workflow !== undefined) {
    const claimed = command.hyperparameters as
      | { learning_rate?: number; max_train_steps?: number }
      | undefined;
    const adopted = deps.workflows.adopt({
      ...paths,
      workflow: command.workflow,
      nodeClasses: command.nodeClasses,
      ...(claimed && { claimed }),
    });
    return { ...adopted, hyperparameters: { ...hyperparameters, ...adopted.hyperparameters } };
  }
  const workflow = deps.workflows.build({
    ...paths,
    template: deps.settings.template,
    hyperparameters,
    trigger: inputs.trigger,
    classTokens: inputs.trigger,
    samplePrompts: inputs.prompts,
    validation: inputs.pictures.validation,
    nodeClasses: command.nodeClasses,
    ...(command.workflowOverrides && { overrides: command.workflowOverrides }),
  });
  return { workflow, hyperparameters, changes: [] };
}

function checkPriority(priority: number | undefined): void {
  if (priority === undefined || (Number.isInteger(priority) && priority >= 1 && priority <= MAX_PRIORITY))
    return;
  throw new InvalidRequestError([
    { path: 'priority', message: 'must be a whole number', value: priority, bound: `1 … ${MAX_PRIORITY}` },
  ]);
}

/**
 * An unusable address from a caller of the legacy API does not reject the training; its delivery is refused
 * later.
 */
function checkNotifyUrl({ messenger }: FreezeDeps, { notifyUrl, notifyPayload }: TrainCommand): void {
  const refusal =
    notifyUrl === undefined || notifyPayload === 'legacy'
      ? undefined
      : messenger.findRefusalReason(notifyUrl);
  if (refusal !== undefined) throw new InvalidRequestError([{ path: 'notify_url', message: refusal }]);
}

interface ResolvedInputs {
  readonly images: readonly ImageAddress[];
  readonly resolution: Resolution;
  readonly trigger: string;
  readonly prompts: readonly string[];
  readonly pictures: ReturnType<typeof planPictures>;
  readonly model: string;
}

async function resolveInputs(deps: FreezeDeps, command: TrainCommand): Promise<ResolvedInputs> {
  const { subject } = command;
  checkPriority(command.priority);
  checkNotifyUrl(deps, command);
  const images = await resolveImages(deps, command);
  const trigger = await resolveTrigger(deps, command);
  if (images.length === 0)
    throw new DatasetRefusedError(subject, findRequestErrors({ subject, trigger, images }));
  return {
    images,
    trigger,
    resolution: resolveParameters(deps, command, images.length),
    pictures: planPictures(command),
    prompts: command.samplePrompts?.length ? command.samplePrompts : [trigger],
    model: command.modelName ?? toModelName(subject, command.versionName),
  };
}

/** Copies only the fields that the command has, so that absent fields stay absent. */
function pickOptionalFields({
  selectionSetId,
  versionName,
  modelName: model,
  description,
  workflowOverrides,
  containerConfig,
  requestId,
  notifyUrl,
  notifyPayload,
  batchId,
  retryOf,
  metadata,
}: TrainCommand) {
  return Object.fromEntries(
    Object.entries({
      selectionSetId,
      versionName,
      modelName: model,
      description,
      workflowOverrides,
      containerConfig,
      requestId,
      notifyUrl,
      notifyPayload,
      batchId,
      retryOf,
      metadata,
    }).filter(([, value]) => value !== undefined),
  ) as Partial<TrainingRequest>;
}

function assembleRequest(
  deps: FreezeDeps,
  command: TrainCommand,
  facts: ResolvedInputs & BuiltGraph,
): TrainingRequest {
  const { settings } = deps;
  const warnings = [...facts.resolution.warnings, ...facts.pictures.warnings];
  const nodeClasses = { ...deps.workflows.pickNodeClasses(facts.workflow), ...command.nodeClasses };
  return {
    ...pickOptionalFields(command),
    subject: command.subject,
    imageUris: facts.images.map(({ uri }) => uri),
    trigger: facts.trigger,
    samplePrompts: facts.prompts,
    validation: facts.pictures.validation,
    hyperparameters: facts.hyperparameters,
    policy: facts.resolution.policy,
    ...(facts.resolution.preset !== undefined && { preset: facts.resolution.preset }),
    ...(warnings.length > 0 && { warnings }),
    template: { name: settings.template, hash: deps.workflows.templateHash(settings.template) },
    ...(command.workflow !== undefined && { workflow: command.workflow as WorkflowJson }),
    ...(Object.keys(nodeClasses).length > 0 && { nodeClasses }),
    userId: command.userId ?? settings.defaultLabels.userId,
    tenantId: command.tenantId ?? settings.defaultLabels.tenantId,
    jobId: toJobId(command.subject, facts.model, deps.clock.now()),
    maxAttempts: command.maxAttempts ?? settings.maxAttempts,
    source: command.source,
  };
}

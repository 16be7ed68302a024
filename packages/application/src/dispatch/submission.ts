import { type Attempt, MODES, type Queued, toOutputDir } from '@trainyard/domain';
import type { InspectedDataset } from '../dataset/inspect.ts';
import type { Deps } from '../deps.ts';
import { getSubmitWindowMs } from '../lifecycle/timeouts.ts';
import type { Submission, SubmitResult } from '../ports/provider.ts';
import type { WorkflowJson } from '../ports/workflows.ts';
import { toKeyFacts } from '../versions/model-keys.ts';

type SubmissionDeps = Pick<Deps, 'workflows' | 'objects' | 'settings'>;

interface SubmissionInput {
  readonly attempt: Attempt;
  readonly dataset: InspectedDataset;
}

/**
 * Builds the request of an attempt: the workflow, the dataset's URIs and the training configuration of the legacy API
 * with Trainyard's fields `training_id`, `attempt` and `output_key` (docs/runpod.md).
 * Throws InvalidWorkflowError when the workflow does not fit the container.
 */
export async function buildSubmission(
  deps: SubmissionDeps,
  training: Queued,
  input: SubmissionInput,
): Promise<Submission> {
  const { request } = training;
  const { attempt, dataset } = input;
  const webhookUrl = await deps.settings.webhookUrl(training.id, attempt.number);
  return {
    endpointId: attempt.endpointId,
    input: {
      workflow: buildWorkflow(deps, training, input),
      training_data: { s3_urls: dataset.uris },
      training_config: {
        ...request.containerConfig,
        mode: MODES[request.subject.kind],
        user_id: request.userId,
        tenant_id: request.tenantId,
        request_id: request.requestId ?? training.id,
        model_name: attempt.modelName,
        learning_rate: request.hyperparameters.learning_rate,
        max_train_steps: request.hyperparameters.max_train_steps,
        training_id: training.id,
        attempt: attempt.number,
        output_key: toBucketKey(deps.objects.toUri(attempt.outputKey)),
      },
    },
    ...(webhookUrl !== undefined && { webhookUrl }),
    executionTimeoutMs: attempt.executionTimeoutMs,
    ttlMs: attempt.ttlMs,
  };
}

function buildWorkflow(
  deps: SubmissionDeps,
  training: Queued,
  { attempt, dataset }: SubmissionInput,
): WorkflowJson {
  const { request } = training;
  const paths = {
    outputName: attempt.outputName ?? attempt.modelName,
    outputDir: toOutputDir(
      toKeyFacts({ id: training.id, request, attempt }),
      deps.settings.containerOutputDir,
    ),
    datasetDir: deps.settings.containerDatasetDir,
  };
  if (request.workflow)
    return deps.workflows.adopt({ ...paths, workflow: request.workflow, nodeClasses: request.nodeClasses })
      .workflow;
  return deps.workflows.build({
    ...paths,
    template: request.template.name,
    hyperparameters: request.hyperparameters,
    trigger: request.trigger,
    classTokens: dataset.report.classTokens,
    samplePrompts: request.samplePrompts,
    validation: request.validation,
    nodeClasses: request.nodeClasses,
    ...(request.workflowOverrides && { overrides: request.workflowOverrides }),
  });
}

/** The key within the bucket, with the prefix of the object store: the container does not know the prefix. */
function toBucketKey(uri: string): string {
  return uri.replace(/^s3:\/\/[^/]+\//, '');
}

interface AttemptSubmission {
  readonly trainingId: string;
  readonly attempt: Attempt;
  readonly submission: Submission;
}

/**
 * Sends the request to the provider. `slotAcquiredAt` is the monotonic time of the saved start in ms; the request is
 * sent within the submit window (5 s) after it only. The window is checked here and again on the open connection, just
 * before the first byte. An exception of the provider counts as an unclear result, since a run may exist.
 * @returns the provider's result, or `too_late` when the window had passed before the call
 */
export async function sendSubmission(
  deps: Pick<Deps, 'provider' | 'clock' | 'log'>,
  { trainingId, attempt, submission }: AttemptSubmission,
  slotAcquiredAt: number,
): Promise<SubmitResult | 'too_late'> {
  const canSend = (): boolean => deps.clock.monotonic() - slotAcquiredAt <= getSubmitWindowMs(deps.clock);
  if (!canSend()) return 'too_late';
  const result = await deps.provider
    .submit(submission, canSend)
    .catch((error: unknown): SubmitResult => ({ kind: 'unclear', message: String(error) }));
  deps.log.info('submission_answered', {
    training_id: trainingId,
    attempt: attempt.number,
    result: result.kind,
    ...(result.kind === 'accepted' && { runpod_job_id: result.runId }),
  });
  return result;
}

import { type Attempt, MODES, type Queued } from '@trainyard/domain';
import type { InspectedDataset } from '../dataset/inspect.ts';
import type { Deps } from '../deps.ts';
import type { Submission } from '../ports/provider.ts';
import type { WorkflowJson } from '../ports/workflows.ts';

type SubmissionDeps = Pick<Deps, 'workflows' | 'objects' | 'settings'>;

interface SubmissionInput {
  readonly attempt: Attempt;
  readonly dataset: InspectedDataset;
}

/** The request as seeds 001 and 003 have it, with our own fields beside theirs (SPEC §4). */
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

/** A directory of the attempt's own: two runs never share one (SPEC §4). */
function toOutputDir(deps: SubmissionDeps, training: Queued, attempt: Attempt): string {
  return `${deps.settings.containerOutputDir}/${training.id}/attempt-${attempt.number}`;
}

function buildWorkflow(
  deps: SubmissionDeps,
  training: Queued,
  { attempt, dataset }: SubmissionInput,
): WorkflowJson {
  const { request } = training;
  const paths = {
    outputName: attempt.modelName,
    outputDir: toOutputDir(deps, training, attempt),
    datasetDir: deps.settings.containerDatasetDir,
  };
  if (request.workflow) return deps.workflows.adopt({ ...paths, workflow: request.workflow }).workflow;
  return deps.workflows.build({
    ...paths,
    template: request.template.name,
    hyperparameters: request.hyperparameters,
    trigger: request.trigger,
    classTokens: dataset.report.classTokens,
    samplePrompts: request.samplePrompts,
    validation: request.validation,
    ...(request.workflowOverrides && { overrides: request.workflowOverrides }),
  });
}

/** The key within the bucket, as a container that knows nothing of our prefix needs it. */
function toBucketKey(uri: string): string {
  return uri.replace(/^s3:\/\/[^/]+\//, '');
}
